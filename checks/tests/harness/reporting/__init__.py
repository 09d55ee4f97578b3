"""Tests of `checks/harness/reporting`."""
