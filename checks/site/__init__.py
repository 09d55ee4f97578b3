"""The pages of the site, made from the course: staging, navigation, translations compared.

The commands have a page, too. May import `cli` and the rooms below.
"""
