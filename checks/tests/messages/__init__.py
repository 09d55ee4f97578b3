"""Tests of `checks/messages`."""
