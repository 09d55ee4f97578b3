"""What may be known of users."""

from sqlalchemy.orm import Session

# region task 1.3
# endregion


class UserService:
    """Users, as others see them."""

    def __init__(self, session: Session) -> None:
        self.session = session

    # region task 1.3
    # endregion
