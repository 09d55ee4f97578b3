"""Tests of `checks/results`."""
