"""Tests of `checks/runner`."""
