"""Verdicts as data: the model, the records of a run, gates, the catalogue of answers.

May import `messages`, `sandbox`, `zygote` and the rooms below.
"""
