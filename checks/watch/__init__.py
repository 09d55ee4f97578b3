"""The loop of `checks watch`: saved files and pressed keys in, runs and screens out.

May import `terminal`, `runner`, `workspace` and what lies below them.
"""
