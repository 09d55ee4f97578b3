"""The commands, one file a group: read the arguments, make one call, print, choose the exit code.

Here too: loading a command only when it is typed, and the help texts' look.

May import `export`, `bench` and the rooms below.
"""

from checks.programs import leave_foreign_modules

leave_foreign_modules()  # before a command imports its libraries
