"""What may be known of users, and what they may do."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from app import crud
from app.core import errors
from app.core.security import hash_password, verify_password
from app.models import User, UserRole
from app.schemas.page import Page
from app.schemas.user import UserCreate, UserRead
from app.services.policies import is_admin


class UserService:
    """Users, as others see them."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def list_users(self, skip: int, limit: int) -> list[User]:
        """Everybody; the API lets admins only come here."""
        return crud.user.get_many(self.session, skip, limit)

    def page_of_users(self, page: int, page_size: int) -> Page[UserRead]:
        """Everybody, as list_users, with the number of all; the API lets admins only come here."""
        found = crud.user.get_many(self.session, (page - 1) * page_size, page_size)
        items = [UserRead.model_validate(user) for user in found]
        total = crud.user.count(self.session)
        return Page(items=items, total=total, page=page, page_size=page_size)

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

    def change_role(self, admin: User, user_id: int, role: UserRole) -> User:
        """NotFound. Conflict if nobody would be left who can undo it.

        The admins' rows are locked first: two admins who demote each other at the same time
        come one after the other, and the second one sees what the first one did.
        """
        admins = crud.user.lock_active_admins(self.session)
        user = self.get_user(admin, user_id)
        if role is not UserRole.ADMIN and admins == [user]:
            raise errors.Conflict("This is the last admin; make somebody else one first")
        crud.user.update(self.session, user, {"role": role})
        self.session.commit()
        return user

    def make_admin(self, data: UserCreate, rounds: int) -> bool:
        """Make sure that this person is an admin with this password; False if all was so before.

        Somebody may have registered with the admin's e-mail first: nobody proves that it is
        theirs. So their password goes, and their logins end.
        """
        user = crud.user.get_by_email(self.session, data.email)
        if (
            user
            and is_admin(user)
            and user.is_active
            and verify_password(data.password, user.hashed_password)
        ):
            return False
        hashed = hash_password(data.password, rounds)
        values = {"hashed_password": hashed, "role": UserRole.ADMIN, "is_active": True}
        if user is None:
            crud.user.create(
                self.session, {**values, "email": data.email, "full_name": data.full_name}
            )
        else:
            crud.user.update(self.session, user, values)
            crud.refresh_token.revoke_all(self.session, user.id, datetime.now(UTC))
        self.session.commit()
        return True
