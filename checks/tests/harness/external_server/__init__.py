"""Tests of `checks/harness/external_server`."""
