"""Stand-ins that the app talks to: an SMTP server, a Sentry server, a Celery worker.

May import `harness.reporting` and `harness.app`.
"""
