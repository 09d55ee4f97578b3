"""What is read rather than run: Dockerfile, Compose, nginx, workflows, OpenAPI; and an engine.

Files are parsed, never executed, on this side; `docker_engine` and `deployment` build and start
them where an engine answers.

May import `harness.reporting` and the rooms below.
"""
