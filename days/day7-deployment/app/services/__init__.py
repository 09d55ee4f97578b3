"""Use cases and their rules. A service owns the transaction and knows nothing of HTTP."""
