"""bubblewrap and seccomp: the border around code that is not trusted.

May import `services` and the rooms below.
"""
