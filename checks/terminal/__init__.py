"""How a board, a result, a failure, a question look to a person.

Says and draws, and decides nothing. May import `advance`, `results`, `messages`, `course`.
"""
