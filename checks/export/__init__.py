"""A graded cohort in the forms that others read; each form is pure data in, files out."""
