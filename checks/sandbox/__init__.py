"""bubblewrap and seccomp: the border around code that is not trusted, and the files it leaves.

May import `services` and the rooms below.
"""
