"""Stand-ins that the app talks to: SMTP, Sentry, a Celery worker, a relay, silent servers.

May import `harness.reporting` and the rooms below.
"""
