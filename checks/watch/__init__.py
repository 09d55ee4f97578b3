"""The loop of `checks watch`: saved files and pressed keys in, runs and screens out.

May import `authoring` and the rooms below.
"""
