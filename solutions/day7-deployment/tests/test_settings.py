# region task 7.4
"""What differs from one machine to the next, and what no machine may have."""

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.exc import OperationalError

from app.api.errors import add_error_handlers
from app.api.hosts import TrustedHosts
from app.core.config import Settings, get_settings
from app.db.session import create_database_engine
from app.main import create_app


@pytest.fixture
def current() -> Settings:
    """Of this environment: these tests run on any conftest.py."""
    return Settings()


IN_PRODUCTION = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "0123456789abcdef" * 4,
    "BCRYPT_ROUNDS": "12",
    "REDIS_URL": "redis://localhost:6379/0",
}


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment that production would start with; each test spoils it in its own way."""
    for name, value in IN_PRODUCTION.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


class TestRefusal:
    def test_production_starts(self, production: pytest.MonkeyPatch) -> None:
        assert Settings().environment == "production"

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("SECRET_KEY", "your-secret-key-change-in-production"),
            ("SECRET_KEY", "short"),
            ("BCRYPT_ROUNDS", "9"),
            ("REDIS_URL", ""),
            ("ALLOWED_HOSTS", "*"),
            ("FORWARDED_ALLOW_IPS", "*"),
            ("ENVIRONMENT", "prod"),
        ],
    )
    def test_it_names_the_variable_and_not_its_value(
        self, production: pytest.MonkeyPatch, name: str, value: str
    ) -> None:
        production.setenv(name, value)

        with pytest.raises(SystemExit) as refused:
            get_settings.__wrapped__()

        said = str(refused.value)
        assert name in said
        assert IN_PRODUCTION["SECRET_KEY"] not in said


class TestLists:
    @pytest.mark.parametrize("text", ["a.example, b.example", '["a.example", "b.example"]'])
    def test_commas_and_json_are_the_same(self, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
        monkeypatch.setenv("ALLOWED_HOSTS", text)

        assert Settings().allowed_hosts == ["a.example", "b.example"]


class TestHosts:
    @pytest.fixture
    def guarded(self) -> TestClient:
        """An app that serves one name, and all below another."""
        app = FastAPI()
        app.add_middleware(TrustedHosts, allowed=["Shop.example", "*.shop.example", "[::1]"])

        @app.get("/")
        @app.get("/health/live")
        def nothing() -> None: ...

        return TestClient(app)

    @pytest.mark.parametrize("host", ["shop.example", "SHOP.example:80", "a.shop.example", "[::1]"])
    def test_ours_are_served(self, guarded: TestClient, host: str) -> None:
        assert guarded.get("/", headers={"Host": host}).status_code == 200

    @pytest.mark.parametrize("host", ["evil.example", "shop.example.evil", "shop.example@evil", ""])
    def test_others_are_not(self, guarded: TestClient, host: str) -> None:
        answer = guarded.get("/", headers={"Host": host})

        assert answer.status_code == 400
        assert answer.json()["code"] == "unknown_host"
        assert guarded.get("/health/live", headers={"Host": host}).status_code == 200


class TestDatabase:
    def test_the_pool_is_as_large_as_the_settings_say(self, current: Settings) -> None:
        changes = {"db_pool_size": 3, "db_max_overflow": 2}
        engine = create_database_engine(current.model_copy(update=changes))

        assert isinstance(engine.pool, sa.QueuePool)
        assert engine.pool.size() == 3

    def test_sqlite_keeps_its_foreign_keys(self, current: Settings) -> None:
        changes = {"database_url": "sqlite://"}
        engine = create_database_engine(current.model_copy(update=changes))

        with engine.connect() as connection:
            assert connection.scalar(sa.text("PRAGMA foreign_keys")) == 1
        engine.dispose()

    def test_trouble_of_the_database_is_not_described_to_strangers(self) -> None:
        app = FastAPI()
        add_error_handlers(app)

        @app.get("/")
        def read() -> None:
            raise OperationalError("SELECT 1", {}, Exception("db.internal refused eventure"))

        answer = TestClient(app).get("/")

        assert answer.status_code == 503
        assert "internal" not in answer.text


def test_production_has_no_documentation(current: Settings) -> None:
    app = create_app(current.model_copy(update={"environment": "production"}))

    with TestClient(app) as client:
        found = [client.get(path).status_code for path in ("/docs", "/redoc", "/openapi.json")]

    assert found == [404, 404, 404]


# endregion
