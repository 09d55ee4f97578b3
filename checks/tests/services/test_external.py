"""Somebody else's server."""

import pytest

from checks import services
from checks.errors import CourseError
from checks.services import home
from checks.services.postgres import Postgres
from checks.tests.services.sessions import log_in, tables


class TestAnExternalServer:
    @pytest.mark.parametrize("url", ["sqlite:///app.db", "mysql://me@here/db", "nonsense"])
    def test_it_has_to_be_postgres(
        self, place: home.Home, monkeypatch: pytest.MonkeyPatch, url: str
    ) -> None:
        monkeypatch.setenv("DATABASE_URL", url)

        with pytest.raises(CourseError, match=r"checks need PostgreSQL.* unset it"):
            services.ensure()

    def test_one_that_does_not_answer_is_said_so(
        self, place: home.Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://me:secret@127.0.0.1:1/db")

        with pytest.raises(CourseError, match="does not let us in") as caught:
            services.ensure()
        assert "secret" not in str(caught.value)

    def test_a_superuser_makes_databases_as_usual(
        self, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        url = postgres.admin_dsn().replace("postgresql://", "postgresql+psycopg://")
        monkeypatch.setenv("DATABASE_URL", url)
        outside = services.ensure().postgres

        made = outside.create_database(outside.template("outside", tables(outside, [])))

        assert outside.external
        assert outside.statements(made).since(outside.statements(made).mark()) == []
        with log_in(outside, made) as connection:
            assert connection.execute("SELECT count(*) FROM people").fetchone() == (0,)
        outside.drop_database(made)

    def test_a_login_that_may_make_databases_shares_itself(
        self, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DATABASE_URL", self.login(postgres, "maker", "CREATEDB"))
        outside = services.ensure().postgres

        made = outside.create_database(outside.template("maker", tables(outside, [])))

        assert made.role == "maker"
        outside.empty(made)
        outside.drop_database(made)

    def test_a_login_that_may_not_is_told_what_it_lacks(
        self, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DATABASE_URL", self.login(postgres, "guest", "NOCREATEDB"))

        with pytest.raises(CourseError, match="grant its role CREATEDB"):
            services.ensure().postgres.create_database()

    def login(self, postgres: Postgres, name: str, right: str) -> str:
        postgres.admin.run(f"CREATE ROLE {name} LOGIN PASSWORD 'word' {right}")
        postgres.admin.run(f"GRANT CONNECT ON DATABASE postgres TO {name}")
        return f"postgresql://{name}:word@/postgres?host={postgres.sockets}"
