"""One learner's app: its process, environment, border, resource limits, API and database.

May import `harness.external_server`, `harness.errors` and the rooms below the harness.
"""
