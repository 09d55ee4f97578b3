"""Which known mistake a failure looks like: signatures, their words, the hint that fits.

No verdict depends on it. May import `harness` and the rooms below.
"""
