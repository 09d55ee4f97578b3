"""Tests of `checks/notebooks`."""
