"""The tests of the pytest plugin, by the rooms of `checks.harness`."""
