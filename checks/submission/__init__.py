"""A learner's days as one archive: packed here, and read back as if an enemy had made it.

May import `workspace`, `results`, `course` and the ground.
"""
