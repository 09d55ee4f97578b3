"""The pytest plugin: it runs in the process of the tests, on the trusted side of the border.

The files that `SCRIPTS` of `app/border.py` lists run on the learner's side. They import nothing of
the checker.

`plugin` has the hooks, `errors` what can go wrong on the learner's side. The rooms in here have a
contract of their own, from `fixtures` down to `external_server`.

May import `advance` and the rooms below.
"""
