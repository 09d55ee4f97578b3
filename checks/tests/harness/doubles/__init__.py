"""Tests of `checks/harness/doubles`."""
