"""A run: a request becomes processes, and their records become results.

May import `workspace` and the rooms below.
"""
