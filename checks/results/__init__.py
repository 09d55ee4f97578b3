"""Verdicts as data: the model, the records of a run, gates, the catalogue, the diagnosis.

May import `messages`, `course` and the ground.
"""
