"""The server of DATABASE_URL."""

import pytest

from checks import services
from checks.errors import CourseError
from checks.services import home
from checks.services.postgres import Postgres
from checks.tests.services.sessions import fill_tables, log_in


class TestAnExternalServer:
    @pytest.mark.parametrize("url", ["sqlite:///app.db", "mysql://me@here/db", "nonsense"])
    def test_it_has_to_be_postgres(
        self, services_home: home.Home, monkeypatch: pytest.MonkeyPatch, url: str
    ) -> None:
        monkeypatch.setenv("DATABASE_URL", url)

        with pytest.raises(CourseError, match=r"checks need PostgreSQL.* unset it"):
            services.ensure()

    def test_one_that_does_not_answer_is_said_so(
        self, services_home: home.Home, monkeypatch: pytest.MonkeyPatch
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
        external = services.ensure().postgres

        database = external.create_database(external.template("outside", fill_tables(external, [])))

        assert external.external
        assert external.statements(database).since(external.statements(database).mark()) == []
        with log_in(external, database) as connection:
            assert connection.execute("SELECT count(*) FROM people").fetchone() == (0,)
        external.drop_database(database)

    def test_a_login_that_may_make_databases_shares_itself(
        self, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DATABASE_URL", self.login(postgres, "maker", "CREATEDB"))
        external = services.ensure().postgres

        database = external.create_database(external.template("maker", fill_tables(external, [])))

        assert database.role == "maker"
        external.empty(database)
        external.drop_database(database)

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
