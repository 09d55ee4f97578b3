"""Tests of `checks/diagnosis`."""
