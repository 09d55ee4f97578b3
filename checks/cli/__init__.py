"""The commands, one file a group: read the arguments, make one call, print, choose the exit code.

Here too: loading a command only when it is typed, and the help texts' look.

May import `export`, `site`, `bench` and the rooms below.
"""
