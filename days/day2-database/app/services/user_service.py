"""What may be known of users."""

from sqlalchemy.orm import Session

from app import crud
from app.core import errors
from app.models import User


class UserService:
    """Users, as others see them."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def list_users(self, skip: int, limit: int) -> list[User]:
        """Everybody; the API lets superusers only come here."""
        return crud.user.get_many(self.session, skip, limit)

    def get_user(self, viewer: User, user_id: int) -> User:
        """Oneself, or anybody for a superuser.

        Forbidden for others whether the user exists or not: 404 would tell who does.
        NotFound for a superuser only.
        """
        if viewer.id != user_id and not viewer.is_superuser:
            raise errors.Forbidden("Only a superuser may look at other users")
        user = crud.user.get(self.session, user_id)
        if user is None:
            raise errors.NotFound("User not found")
        return user
