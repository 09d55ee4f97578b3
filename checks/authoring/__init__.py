"""What a maintainer runs: `build`, `carry`, `verify`, and what verify remembers.

May import `submission` and the rooms below.
"""
