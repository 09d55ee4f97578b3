"""Tests of `checks/authoring`."""
