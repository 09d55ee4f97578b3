"""Tests of `checks/grade/scale_out`."""
