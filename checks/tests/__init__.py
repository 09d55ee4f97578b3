"""The checker's own tests: the same rooms again, and `support` for what they share."""
