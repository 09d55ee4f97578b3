# region task B2
"""POST /graphql: what REST shows, in the shape that a client asks for, by the same services."""
# endregion
