"""Day 7 on a Docker engine, from an empty machine to a restored backup: `make docker-check`.

No part of `make test`: it needs an engine, root where it has to start one, and some minutes.
"""
