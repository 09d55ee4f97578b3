"""Tests of `checks/harness/suites`."""
