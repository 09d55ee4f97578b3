"""Tests of `checks/advance`."""
