"""Tests of `checks/site`."""
