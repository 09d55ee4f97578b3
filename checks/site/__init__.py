"""The pages of the site, made from the course: staging, navigation, translations compared.

May import `cli`, whose commands have a page, and the rooms below.
"""
