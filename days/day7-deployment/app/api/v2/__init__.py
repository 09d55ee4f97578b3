"""The second version: only what differs from the first one stands here."""
