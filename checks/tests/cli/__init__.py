"""Tests of `checks/cli`."""
