"""The pages of the site, made from the course: staging, navigation, translations compared.

May import every room but `cli`, `export`, `bench`; nothing but `cli` may import this one.
"""
