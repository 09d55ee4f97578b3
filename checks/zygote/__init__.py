"""A parent process that forks a Python with the libraries loaded, for what is not contained.

`python_program` is what the forked process does; the zygote inside a sandbox, in `harness/app`, has
it mounted beside itself and uses it too.

May import `services` and the rooms below.
"""
