"""What a maintainer runs: `build`, `carry`, `verify`, and what verify remembers.

May import `handout` and the rooms below.
"""
