"""A graded cohort in other systems' formats: CSV, JUnit, Gradescope, the report page.

May import `grade` and the rooms below.
"""
