"""Day 4: the learner's own tests, run against sound and faulty copies of the app.

`fork_server` runs on the learner's side, and `canary_tests` is copied there.

May import `harness.reporting` and the rooms below.
"""
