"""Tests of `checks/bench`."""
