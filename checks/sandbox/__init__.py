"""bubblewrap and seccomp: the border around code that is not trusted.

May import `services` (for its folder) and the ground.
"""
