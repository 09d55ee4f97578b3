"""Questions that HTTP and SQL cannot answer, asked in a process on the learner's side.

`runner`, `tracing` and `appless_session` run over there and import nothing of the checker. The rest
may import `harness.app`.
"""
