"""The pages of the site, made from the course: staging, navigation, translations compared.

May import `grade` and the rooms below.
"""
