"""Tests of `checks/harness/artefacts`."""
