"""`pytest --base-url`: a server that a person started, and that person's rows, kept safe meanwhile.

May import `harness.errors` and the rooms below.
"""
