"""Tests of what holds of the whole repository."""
