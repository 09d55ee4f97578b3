"""A second database for a test: empty, without tables, and gone when the test ends."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from checks.harness.database import Database
from checks.harness.scene import Scene
from checks.harness.stage import Stage


@dataclass(frozen=True)
class Spare:
    """`url` is the DATABASE_URL for a command; `database` is the test's own way to it."""

    url: str
    database: Database


@pytest.fixture
def spare(stage: Stage, scene: Scene) -> Iterator[Spare]:
    """A database of its own, on the server of the app's."""
    postgres = stage.services.postgres
    made = postgres.create_database()
    database = Database(postgres.dsn(made))
    yield Spare(postgres.url(made), database)
    database.close()
    postgres.drop_database(made)
