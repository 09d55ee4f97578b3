"""Days, tasks, statements and answer regions as plain data, and what days/ is generated from them.

May import `files`, `programs`, `verdict_sources` and the rooms below.
"""
