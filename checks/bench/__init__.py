"""Comparisons of two things in one run, for `make bench`; no test asserts a time.

May import `grade` and the rooms below.
"""
