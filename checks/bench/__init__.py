"""What `make bench` measures: pairs in one run, how right a hint is, the cost of the whole proof.

No test asserts a time.

May import `grade` and the rooms below.
"""
