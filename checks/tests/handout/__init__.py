"""Tests of `checks/handout`."""
