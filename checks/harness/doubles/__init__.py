"""What the app talks to: stand-ins for SMTP and Sentry, a relay, silent servers, a Celery worker.

The worker is the app's own; `celery_runner` starts it on the learner's side.

May import `harness.reporting` and the rooms below.
"""
