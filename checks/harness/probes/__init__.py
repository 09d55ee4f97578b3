"""Probes: what HTTP and SQL cannot show, read in a process on the learner's side.

`call_chain`, `import_graph`, `layer_observations` and `module_source` run on the trusted side. The
other files run on the learner's side, where there is no checker, so they import nothing of it.

May import `harness.reporting` and the rooms below.
"""
