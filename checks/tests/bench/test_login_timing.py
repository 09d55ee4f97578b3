"""The comparison of two failing logins: both are measured in one run, and a difference fails."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from checks.bench import login_timing
from checks.errors import CourseError


class Logins:
    """An API whose logins take a time of their own, by a clock that only they move."""

    def __init__(self, known: float, unknown: float, status: int = 401) -> None:
        self.known, self.unknown, self.status = known, unknown, status
        self.now = 0.0
        self.addresses: list[str] = []

    def post(self, path: str, json: dict[str, str]) -> Any:
        assert path == "/api/auth/login"
        self.addresses.append(json["email"])
        self.now += self.known if json["email"] == "known@example.com" else self.unknown
        return SimpleNamespace(status_code=self.status)

    def close(self) -> None:
        """Nothing is open."""


class Environment:
    """An environment without an app: what the comparison asks of the real one."""

    database_client = None

    @contextmanager
    def extra_process(self, extra: dict[str, str]) -> Iterator[None]:
        assert "BCRYPT_ROUNDS" in extra
        yield

    def close(self) -> None:
        """Nothing was started."""


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> Any:
    """`login_times` of logins that take as long as the test says."""

    def use(logins: Logins) -> Logins:
        user = SimpleNamespace(register=lambda name: SimpleNamespace(email=f"{name}@example.com"))
        monkeypatch.setattr(login_timing, "Api", lambda process: logins)
        monkeypatch.setattr(login_timing, "Users", lambda api, database: user)
        monkeypatch.setattr(login_timing, "AppEnvironment", lambda *args, **kw: Environment())
        monkeypatch.setattr("time.perf_counter", lambda: logins.now)
        return logins

    return use


def test_known_and_unknown_addresses_take_turns(measured: Any) -> None:
    logins = measured(Logins(known=0.3, unknown=0.1))

    known, unknown = login_timing.login_times(Environment())  # type: ignore[arg-type]  # a double

    assert (round(known, 3), round(unknown, 3)) == (0.3, 0.1)
    assert logins.addresses == ["known@example.com", "nobody@example.com"] * login_timing.ROUNDS


def test_a_login_that_is_let_in_is_no_measurement(measured: Any) -> None:
    measured(Logins(known=0.1, unknown=0.1, status=200))

    with pytest.raises(CourseError, match="answered 200, not 401"):
        login_timing.login_times(Environment())  # type: ignore[arg-type]  # a double


@pytest.mark.parametrize(
    ("known", "unknown", "exit_code"), [(0.2, 0.11, 0), (0.11, 0.2, 0), (0.2, 0.05, 1)]
)
def test_it_fails_when_one_takes_more_than_twice_as_long(
    measured: Any,
    known: float,
    unknown: float,
    exit_code: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    measured(Logins(known, unknown))

    assert login_timing.main() == exit_code
    assert "ratio" in capsys.readouterr().out
