"""What every test may ask for: a database that starts empty, an app on it, and its users."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session, sessionmaker

from app.core.config import Settings
from app.core.security import hash_password

# region task 7.4
#| from app.db.session import create_database_engine
# endregion
from app.main import create_app
from app.models import User, UserRole

ALEMBIC_INI = Path(__file__).parent.parent / "alembic.ini"
PASSWORD = "correct horse battery"


@pytest.fixture(scope="session")
def settings() -> Settings:
    """DATABASE_URL and SECRET_KEY as everywhere; cheap hashes, and no limit on logins."""
    return Settings(bcrypt_rounds=4, rate_limit_enabled=False)


@pytest.fixture(scope="session")
def engine(settings: Settings) -> Iterator[sa.Engine]:
    """Migrated, as in production: the constraints are those that a deployment would have."""
    command.upgrade(Config(ALEMBIC_INI), "head")
    # region task 7.4
    #| engine = create_database_engine(settings.database_url)
    engine = sa.create_engine(settings.database_url)
    # endregion
    yield engine
    engine.dispose()


@pytest.fixture
def sessions(engine: sa.Engine) -> Iterator[sessionmaker[Session]]:
    """New sessions, all in one transaction that is rolled back: the next test starts empty.

    A commit ends a savepoint only, and a rollback takes back no more than its own session did.
    https://docs.sqlalchemy.org/en/latest/orm/session_transaction.html#joining-a-session-into-an-external-transaction-such-as-for-test-suites
    """
    with engine.connect() as connection, connection.begin() as transaction:
        yield sessionmaker(
            connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
        )
        transaction.rollback()


@pytest.fixture
def db(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """The test's own session. No request ever gets it, so it sees only what was committed."""
    with sessions() as session:
        yield session


@pytest.fixture(scope="session")
def app(settings: Settings) -> FastAPI:
    """One app for all tests; `client` gives it the sessions of the test."""
    return create_app(settings)


@pytest.fixture
def client(app: FastAPI, sessions: sessionmaker[Session]) -> Iterator[TestClient]:
    """The app, started and stopped: without `with`, its lifespan would not run."""
    app.state.sessions = sessions
    with TestClient(app) as client:
        yield client


def add_user(db: Session, settings: Settings, name: str, role: UserRole) -> User:
    """A user who can log in with PASSWORD."""
    user = User(
        email=f"{name}@example.com",
        full_name=name.title(),
        hashed_password=hash_password(PASSWORD, settings.bcrypt_rounds),
        role=role,
    )
    db.add(user)
    db.commit()
    return user


def log_in(client: TestClient, user: User) -> dict[str, str]:
    """The headers of a user's requests."""
    body = {"email": user.email, "password": PASSWORD}
    answer = client.post("/api/auth/login", json=body)
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


@pytest.fixture
def test_user(db: Session, settings: Settings) -> User:
    """An organizer: a plain participant may not create events."""
    return add_user(db, settings, "organizer", UserRole.ORGANIZER)


@pytest.fixture
def stranger(db: Session, settings: Settings) -> User:
    """Another organizer, to whom nothing of test_user's belongs."""
    return add_user(db, settings, "stranger", UserRole.ORGANIZER)


@pytest.fixture
def admin(db: Session, settings: Settings) -> User:
    """May do everything, whosever it is."""
    return add_user(db, settings, "admin", UserRole.ADMIN)


@pytest.fixture
def auth_headers(client: TestClient, test_user: User) -> dict[str, str]:
    """test_user is asking."""
    return log_in(client, test_user)


@pytest.fixture
def stranger_headers(client: TestClient, stranger: User) -> dict[str, str]:
    """The stranger is asking."""
    return log_in(client, stranger)


@pytest.fixture
def admin_headers(client: TestClient, admin: User) -> dict[str, str]:
    """The admin is asking."""
    return log_in(client, admin)
