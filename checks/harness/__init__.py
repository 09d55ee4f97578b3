"""The pytest plugin: the learner's app in its own process, the tests and verdicts outside it."""
