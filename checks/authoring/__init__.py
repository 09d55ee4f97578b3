"""What a maintainer runs: `build`, `carry`, `verify`, and what verify remembers.

May import `advance`, `runner` and what lies below them.
"""
