"""A warm parent that forks a Python with the libraries loaded; never for contained code.

May import `services` (for its folder) and the ground.
"""
