"""A request as one would type it, for the message of an assertion."""


def get_line(path: str, **params: object) -> str:
    """`GET /api/events/?status=planning`; values stand as they are, without percent-encoding."""
    query = "&".join(f"{name}={value}" for name, value in params.items())
    return f"GET {path}" + (f"?{query}" if query else "")
