"""The site by Zensical, the successor of Material for MkDocs: `make site ENGINE=zensical`.

The packages of requirements.lock are installed by `.ci/setup zensical` alone.
"""
