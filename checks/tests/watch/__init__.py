"""Tests of `checks/watch`."""
