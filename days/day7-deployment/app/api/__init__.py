"""HTTP in, HTTP out. A handler names the use case; the rule lives in app.services."""
