"""Comparisons of two things in one run, for `make bench`; no test asserts a time.

May import every room but `cli`, `export`, `site`.
"""
