"""What the tests of the services share."""

from collections.abc import Iterator

import psycopg
import pytest

from checks import services
from checks.services import home
from checks.services.postgres import Postgres
from checks.services.redis import RedisServer
from checks.tests.services.sessions import TABLES, log_in
from checks.tests.support.homes import own_home


@pytest.fixture(scope="module")
def services_home() -> Iterator[home.Home]:
    with own_home() as new_home:
        yield new_home


@pytest.fixture
def postgres(services_home: home.Home) -> Postgres:
    return services.ensure().postgres


@pytest.fixture
def redis(services_home: home.Home) -> RedisServer:
    return services.ensure().redis


@pytest.fixture
def database(postgres: Postgres) -> Iterator[services.Database]:
    new_database = postgres.create_database()
    yield new_database
    postgres.drop_database(new_database)


@pytest.fixture
def app(postgres: Postgres, database: services.Database) -> Iterator["psycopg.Connection"]:
    """The application's own connection, with two tables."""
    with log_in(postgres, database) as connection:
        connection.execute(TABLES)
        yield connection
