"""Hostile submissions as data: what each of them adds to an app that is wrong in one line."""
