"""The server that asks for a password: what libpq sends it is what a test reads."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast
from urllib.parse import unquote

import psycopg
import pytest

from checks.harness.app.environment import AppEnvironment
from checks.harness.doubles.password_recorder import PasswordRecorder, password_recorder

PASSWORD = "p@ss/w:rd %41+é\\n"


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[PasswordRecorder]:
    environment = cast("AppEnvironment", SimpleNamespace(sockets=tmp_path))
    with password_recorder(environment) as recorder:
        yield recorder


@pytest.mark.parametrize("password", [PASSWORD, "plain"])
def test_the_password_that_a_client_sends_is_recorded(
    recorder: PasswordRecorder, password: str
) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(recorder.url(password).replace("+psycopg", ""))

    assert recorder.passwords == [password]


def test_the_url_holds_the_password_encoded(recorder: PasswordRecorder) -> None:
    url = recorder.url(PASSWORD)

    encoded = url.partition("://eventure:")[2].partition("@")[0]
    assert unquote(encoded) == PASSWORD
    assert encoded.isascii()
    assert "/" not in encoded
