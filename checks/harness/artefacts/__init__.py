"""What is read rather than run: Dockerfile, Compose, nginx, workflows, OpenAPI; and an engine.

Files are parsed, never executed, on this side. May import `harness.reporting` and `harness.app`.
"""
