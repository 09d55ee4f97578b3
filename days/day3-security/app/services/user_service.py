"""What may be known of users, and what they may do."""

# region task 3.3
from sqlalchemy.orm import Session

from app import crud
from app.core import errors
from app.models import User
# endregion
from app.services.policies import is_admin


class UserService:
    """Users, as others see them."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def list_users(self, skip: int, limit: int) -> list[User]:
        """Everybody; the API lets admins only come here."""
        return crud.user.get_many(self.session, skip, limit)

    def get_user(self, viewer: User, user_id: int) -> User:
        """Oneself, or anybody for an admin.

        Forbidden for others whether the user exists or not: 404 would tell who does.
        NotFound for an admin only.
        """
        if viewer.id != user_id and not is_admin(viewer):
            raise errors.Forbidden("Only an admin may look at other users")
        user = crud.user.get(self.session, user_id)
        if user is None:
            raise errors.NotFound("User not found")
        return user

    # region task 3.3
    # endregion
