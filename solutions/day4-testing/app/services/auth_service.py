"""Registering, logging in and out, and knowing who asks."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import crud
from app.core import errors, security
from app.core.config import Settings
from app.core.security import Claims, TokenType
from app.models import User
from app.schemas.auth import LoginRequest, Token
from app.schemas.user import UserCreate

# One sentence for every failure: a better one would tell a stranger who is registered.
BAD_LOGIN = "Incorrect e-mail or password"
BAD_TOKEN = "The token is not valid, or no longer"


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
            self._hash("")  # never what was sent: bcrypt raises ValueError beyond 72 bytes
            raise errors.Unauthenticated(BAD_LOGIN)
        if not security.verify_password(data.password, user.hashed_password) or not user.is_active:
            raise errors.Unauthenticated(BAD_LOGIN)
        pair = self._issue(user, family=uuid4())
        self.session.commit()
        return pair

    def refresh(self, refresh_token: str) -> Token:
        """The next pair for an unused refresh token, once; Unauthenticated for any other.

        A used one that comes again has been copied. We cannot tell the thief from the owner, so
        the whole family ends, and whoever knows the password begins a new one (RFC 9700, 4.14).
        """
        claims = self._read(TokenType.REFRESH, refresh_token)
        now = datetime.now(UTC)
        alive = crud.refresh_token.is_alive(self.session, claims.family)
        if not alive or not crud.refresh_token.use(self.session, claims.jti, now):
            crud.refresh_token.revoke_family(self.session, claims.family, now)
            # Before the error: what is not committed when it is raised never happened.
            self.session.commit()
            raise errors.Unauthenticated(BAD_TOKEN)
        pair = self._issue(self._active_user(claims), claims.family)
        self.session.commit()
        return pair

    def current_user(self, token: str) -> User:
        """Unauthenticated if the token is not good, or its user is gone or inactive."""
        claims = self._read(TokenType.ACCESS, token)
        if not crud.refresh_token.is_alive(self.session, claims.family):
            raise errors.Unauthenticated(BAD_TOKEN)
        return self._active_user(claims)

    def log_out(self, access_token: str, refresh_token: str) -> None:
        """End the login that both tokens come from; others of the same user live on.

        A second time changes nothing, so a revoked access token is still good for this one use.
        A refresh token that is no good, or somebody else's, is left alone (RFC 7009, 2.2).
        Unauthenticated if the access token is not one.
        """
        access = self._read(TokenType.ACCESS, access_token)
        now = datetime.now(UTC)
        crud.refresh_token.revoke_family(self.session, access.family, now)
        try:
            refresh = security.read_token(TokenType.REFRESH, refresh_token, self.settings)
        except security.InvalidToken:
            refresh = access
        if refresh.user_id == access.user_id:
            crud.refresh_token.revoke_family(self.session, refresh.family, now)
        self.session.commit()

    def _read(self, kind: TokenType, token: str) -> Claims:
        try:
            return security.read_token(kind, token, self.settings)
        except security.InvalidToken as error:
            raise errors.Unauthenticated(BAD_TOKEN) from error

    def _active_user(self, claims: Claims) -> User:
        user = crud.user.get(self.session, claims.user_id)
        if user is None or not user.is_active:
            raise errors.Unauthenticated(BAD_TOKEN)
        return user

    def _issue(self, user: User, family: UUID) -> Token:
        """The next pair of a login. Only the refresh token has a row: only it is used up."""
        access_lives = timedelta(minutes=self.settings.access_token_expire_minutes)
        refresh_lives = timedelta(days=self.settings.refresh_token_expire_days)
        access = Claims(user.id, family, jti=uuid4())
        refresh = Claims(user.id, family, jti=uuid4())
        crud.refresh_token.create(
            self.session, {**asdict(refresh), "expires_at": datetime.now(UTC) + refresh_lives}
        )
        return Token(
            access_token=self._sign(TokenType.ACCESS, access, access_lives),
            refresh_token=self._sign(TokenType.REFRESH, refresh, refresh_lives),
            expires_in=int(access_lives.total_seconds()),
        )

    def _sign(self, kind: TokenType, claims: Claims, lifetime: timedelta) -> str:
        return security.create_token(kind, claims, lifetime, self.settings)

    def _hash(self, password: str) -> str:
        return security.hash_password(password, self.settings.bcrypt_rounds)
