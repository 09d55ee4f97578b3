"""Tests of `checks/harness/app`."""
