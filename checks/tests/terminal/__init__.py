"""Tests of `checks/terminal`."""
