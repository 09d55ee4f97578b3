"""A parent process that forks a Python with the libraries loaded; never for contained code.

May import `services` and the rooms below.
"""
