"""Tests of `checks/workspace`."""
