"""The notebooks: one source for both languages, run for real, compared with what is committed.

May import `results` and the rooms below.
"""
