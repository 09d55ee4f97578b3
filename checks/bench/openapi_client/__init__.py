"""Whether a client that is generated from a day's OpenAPI document serves."""
