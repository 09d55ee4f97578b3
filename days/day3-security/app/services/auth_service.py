"""Registering, logging in and out, and knowing who asks."""

# region task 3.1
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import crud
from app.core import errors, security
from app.core.config import Settings
from app.models import User
# endregion
from app.schemas.auth import LoginRequest, Token
from app.schemas.user import UserCreate

# One sentence for every failure: a better one would tell a stranger who is registered.
BAD_LOGIN = "Incorrect e-mail or password"
# region task 3.1
BAD_TOKEN = "The access token is not valid, or no longer"
# endregion


class AuthService:
    """Who is who."""

    def __init__(self, session: Session, settings: Settings) -> None:
        self.session = session
        self.settings = settings

    def register(self, data: UserCreate) -> User:
        """Conflict if the e-mail is taken.

        Only the UNIQUE constraint can know: two requests that both look first both see nobody.
        """
        values = data.model_dump(exclude={"password"})
        values["hashed_password"] = self._hash(data.password)
        try:
            user = crud.user.create(self.session, values)
        except IntegrityError as error:
            self.session.rollback()
            raise errors.Conflict("This e-mail is already registered") from error
        self.session.commit()
        return user

    def log_in(self, data: LoginRequest) -> Token:
        """Unauthenticated if e-mail and password do not match, or the user is inactive."""
        user = crud.user.get_by_email(self.session, data.email)
        if user is None:
            # As slow as a wrong password: the clock must not tell who is registered either.
            # region task 3.1
            self._hash(data.password)
            # endregion
            raise errors.Unauthenticated(BAD_LOGIN)
        if not security.verify_password(data.password, user.hashed_password) or not user.is_active:
            raise errors.Unauthenticated(BAD_LOGIN)
        # region task 3.1
        return Token(
            access_token=security.create_access_token(user.id, self.settings),
            expires_in=60 * self.settings.access_token_expire_minutes,
        )
        # endregion

    # region task 3.1
    # endregion
    def current_user(self, token: str) -> User:
        """Unauthenticated if the token is not good, or its user is gone or inactive."""
        # region task 3.1
        try:
            user_id = security.read_access_token(token, self.settings)
        except security.InvalidToken as error:
            raise errors.Unauthenticated(BAD_TOKEN) from error
        user = crud.user.get(self.session, user_id)
        if user is None or not user.is_active:
            raise errors.Unauthenticated(BAD_TOKEN)
        return user
        # endregion
        # region task 3.5
        # endregion
        # region task 3.1
        # endregion

    # region task 3.5
    # endregion
    # region task 3.1
    # endregion
    def _hash(self, password: str) -> str:
        return security.hash_password(password, self.settings.bcrypt_rounds)
