"""The pages of the site, made from the course: staging, navigation, translations compared.

May import `cli` and the rooms below. The commands of `cli` have a page.
"""
