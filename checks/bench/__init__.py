"""What `make bench` and its like measure: pairs in one run, the whole proof, hints, grading.

No test asserts a time.

May import `grade` and the rooms below.
"""
