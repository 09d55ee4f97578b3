"""The engine, the session and the base of the models."""
