"""The workbook's checker: one package, one command."""
