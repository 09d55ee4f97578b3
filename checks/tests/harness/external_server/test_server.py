"""Which services of a server that a person started run on this machine."""

import pytest

from checks.harness.external_server.server import _is_local


@pytest.mark.parametrize(
    ("url", "is_local"),
    [
        ("postgresql://a@/db?host=/tmp/socket", True),
        ("postgresql:///db", True),
        ("postgresql://a:b@localhost:5432/db", True),
        ("postgresql://a:b@[::1]/db", True),
        ("redis://127.0.0.1:6379/1", True),
        ("unix:///run/redis.sock?db=1", True),
        ("postgresql://a:b@db.example.com/db", False),
        ("postgresql://a@localhost/db?host=db.example.com", False),
        ("redis://10.0.0.7:6379/1", False),
    ],
)
def test_what_is_another_machine(url: str, is_local: bool) -> None:
    assert _is_local(url) is is_local
