"""The loop of `checks watch`: saved files and pressed keys in, runs and screens out.

May import `mutation` and the rooms below.
"""
