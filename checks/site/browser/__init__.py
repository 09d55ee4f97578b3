"""The built site in a real Chromium: `make site-check`.

The packages of requirements.lock are installed by `.ci/setup browser` alone.
"""
