"""A run: what is asked becomes processes, and their records become results.

May import `workspace`, `zygote`, `sandbox`, `results`, `services`, `course` and the ground.
"""
