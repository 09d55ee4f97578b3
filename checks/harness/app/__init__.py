"""One learner's app: its process, environment, border, resource limits, API and database.

Here stands what exercises and fixtures do to a running app, its database and its logs. A helper
that makes requests, users or rows for tests stands in `fixtures`. `launcher` and
`sandbox_zygote_server` run on the learner's side.

May import `harness.external_server` and the rooms below.
"""
