"""The commands: called as functions, because a process of its own would not be measured."""

import io
from argparse import Namespace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from app import cli, crud
from app.core.config import Settings, get_settings
from app.models import UserRole
from tests.helpers import PASSWORD


@pytest.fixture
def cheap() -> Settings:
    """Those of the environment, with cheap hashes."""
    return get_settings().model_copy(update={"bcrypt_rounds": 4})


def test_seeding_twice_changes_nothing(db: Session, cheap: Settings) -> None:
    asked = Namespace(command="seed")

    assert "Log in as" in cli.obey(asked, db, cheap)
    assert cli.obey(asked, db, cheap) == "The demo data is already there."


def test_purging_takes_only_what_has_expired(db: Session, cheap: Settings) -> None:
    cli.seed(db, cheap)
    [user, *_] = crud.user.get_many(db, 0, 1)
    now = datetime.now(UTC)
    for days in (-1, 1):
        values = {"jti": uuid4(), "family": uuid4(), "user_id": user.id}
        crud.refresh_token.create(db, values | {"expires_at": now + timedelta(days=days)})

    output = cli.obey(Namespace(command="purge-tokens"), db, cheap)

    assert output == "1 refresh tokens had expired."


class TestCreateAdmin:
    @pytest.fixture
    def asked(self, monkeypatch: pytest.MonkeyPatch) -> Namespace:
        argv = ["app.cli", "create-admin", "--email", "Boss@example.com", "--password-stdin"]
        monkeypatch.setattr("sys.argv", argv)
        return cli.parse_arguments()

    def test_twice_makes_one_admin(
        self, db: Session, cheap: Settings, asked: Namespace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n" * 2))

        first, second = (cli.obey(asked, db, cheap) for _ in range(2))

        assert first == "boss@example.com is an admin now."
        assert second == "boss@example.com was an admin already."
        boss = crud.user.get_by_email(db, "boss@example.com")
        assert boss is not None
        assert boss.role is UserRole.ADMIN

    def test_a_password_that_is_too_short_is_explained(
        self, db: Session, cheap: Settings, asked: Namespace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))

        with pytest.raises(SystemExit, match="password: "):
            cli.obey(asked, db, cheap)
