"""One learner's app: its process, environment, border, resource limits, API and database.

May import `harness.external_server` and the rooms below.
"""
