"""The sentences that a person reads, in English and Russian.

May import `services` and the rooms below.
"""
