"""Tests of `checks/grade`."""
