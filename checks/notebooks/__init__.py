"""The notebooks: one source for both languages, run for real, compared with what is committed.

May import `services`, `course` and the ground.
"""
