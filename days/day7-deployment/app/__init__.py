"""Eventure: events, the tasks that make them happen, and the people who do them."""
