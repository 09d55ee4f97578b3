"""A learner's days as one archive: packed here, and read back as untrusted input.

May import `terminal` and the rooms below.
"""
