"""Tests of `checks/course`."""
