"""Probes: what HTTP and SQL cannot show, read in a process on the learner's side.

`call_chain`, `import_graph`, `layer_observations` and `module_source` run on the trusted side, and
may import `harness.app`. The others run on the learner's side, and import nothing of the checker.
"""
