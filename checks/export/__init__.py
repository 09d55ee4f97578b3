"""A graded cohort in other systems' formats: JUnit, Gradescope, and the report page.

May import `grade` and the rooms below.
"""
