"""Tests of `checks/harness/probes`."""
