"""The checker: one command (`checks`), one pytest plugin, and their own tests.

Each folder is a room; a room imports only from rooms below it, in the order that the import-linter
contract in pyproject.toml lists and docs/en/architecture.md draws. The docstring of each room names
the row below its own. At the bottom are four files: `errors` (a person's mistake as one sentence),
`files` (reading and writing whole files), `programs` (programs on the PATH) and `verdict_sources`
(the rooms that decide a verdict).
"""
