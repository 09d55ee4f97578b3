# region task B3
"""The ticket for a WebSocket."""

from pydantic import BaseModel


class Ticket(BaseModel):
    """Good once, within `expires_in` seconds: /ws?ticket=…"""

    ticket: str
    expires_in: int


# endregion
