"""Day N carried into day N+1: three-way merge, conflicts, imports that lead nowhere.

May import `runner` and the rooms below.
"""
