"""Grading a cohort: submissions in, true verdicts and a gradebook out; nothing graded twice."""
