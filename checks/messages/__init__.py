"""The sentences that a person reads, in English and Russian.

May import `course` and the ground.
"""
