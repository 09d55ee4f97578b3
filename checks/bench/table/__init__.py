"""`make bench`: all pairs of the workbook and of its backend, measured in one run."""
