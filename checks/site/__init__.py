"""The site's plain scripts: stage the pages, check the translations, inspect what was built.

MkDocs itself runs without hooks, so that another engine could build the same staged pages.
"""
