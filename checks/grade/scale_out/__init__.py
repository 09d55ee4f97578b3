"""A cohort on several machines: cells are sent through a queue, and workers grade them.

The queue (Celery on Redis or RabbitMQ) carries names only: the cell's key and where its files are.
Files and results lie in a store (any URL of fsspec's) by content address. A message may come twice
and a worker may die: a key has one result, and the command that waits sends a lost cell again.
"""
