"""Whether the owner of a database keeps the checker out of it: then a lost session is the app's."""

import psycopg
import pytest

from checks.harness.app.service_health import is_lost_session
from checks.harness.reporting.verdicts import verdict_of
from checks.results.model import Verdict
from checks.services import Database
from checks.services.admin import LoginRefused
from checks.services.postgres import Postgres


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("ALTER DATABASE {name} CONNECTION LIMIT 0", "CONNECTION LIMIT is set"),
        ("REVOKE CONNECT ON DATABASE {name} FROM {name}", "CONNECT is revoked"),
        ("ALTER DATABASE {name} SET idle_session_timeout = 1", "SET idle_session_timeout"),
    ],
)
def test_what_an_owner_does_is_found(
    postgres: Postgres,
    database: Database,
    app: "psycopg.Connection",
    statement: str,
    words: str,
) -> None:
    app.execute(statement.format(name=database.name).encode())

    assert words in postgres.access_barrier(database)


def test_a_setting_that_ends_no_session_is_none(
    postgres: Postgres, database: Database, app: "psycopg.Connection"
) -> None:
    app.execute(f"ALTER DATABASE {database.name} SET timezone = 'Europe/Berlin'".encode())

    assert postgres.access_barrier(database) == ""


def test_a_dropped_database_is_found(postgres: Postgres, database: Database) -> None:
    postgres.admin.run(f"DROP DATABASE {database.name}")

    assert postgres.access_barrier(database) == "it has dropped the database"


@pytest.mark.parametrize("acting", [True, False])
def test_a_lost_session_is_no_answer_of_the_app(acting: bool) -> None:
    for error in (psycopg.OperationalError("connection failed"), LoginRefused("no")):
        assert is_lost_session(error)
        assert verdict_of(error, acting=acting) is Verdict.INFRA_ERROR


def test_an_error_that_the_server_answers_is_the_apps() -> None:
    assert verdict_of(psycopg.errors.UndefinedTable(), acting=True) is Verdict.ERROR
    assert verdict_of(psycopg.errors.QueryCanceled(), acting=True) is Verdict.TIMEOUT


def test_a_refused_login_is_told_from_other_mistakes(
    postgres: Postgres, database: Database, app: "psycopg.Connection"
) -> None:
    app.execute(f"ALTER DATABASE {database.name} CONNECTION LIMIT 0".encode())

    with pytest.raises(LoginRefused):
        postgres.connect(database)


def test_an_answer_that_is_too_large_is_no_lost_session() -> None:
    """The app stores such a row, and would store it again."""
    assert not is_lost_session(psycopg.OperationalError("out of memory for query result"))
