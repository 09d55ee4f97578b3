"""Tests of `checks/export`."""
