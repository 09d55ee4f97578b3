"""What `make bench` measures: pairs compared in one run, how often a hint is right, the
cost of the whole proof.

No test asserts a time.

May import `grade` and the rooms below.
"""
