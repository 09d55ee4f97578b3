"""A cohort: whose work it is, the journal, the gradebook, the sandbox's attacks on itself.

May import `submission` and the rooms below it, never a format (`export`) or a command (`cli`).
"""
