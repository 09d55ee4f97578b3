"""The learners' copy of the workbook: made without answers, and brought up to date later.

May import `submission` and the rooms below.
"""
