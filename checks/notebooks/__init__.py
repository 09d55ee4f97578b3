"""The notebooks: what they measure with, how they are run, and whether they still say the truth."""
