"""A cohort: whose work it is, the journal, the gradebook, the sandbox's attacks on itself.

May import `watch` and the rooms below.
"""
