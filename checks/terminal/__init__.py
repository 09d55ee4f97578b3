"""How a board, a result, a failure, a question look to a person.

Draws, and decides nothing.

May import `diagnosis` and the rooms below.
"""
