"""The learner's files and what is remembered of them: snapshots, reset, undo, state, overlay.

Whatever writes to a learner's tree is here, and takes a snapshot first.

May import `notebooks` and the rooms below.
"""
