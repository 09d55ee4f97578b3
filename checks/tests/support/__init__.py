"""What several tests use: workbooks made in a temporary folder, commands, homes."""
