"""Tests of `checks/submission`."""
