"""A health check that ends well by itself is none."""

import pytest

from checks.harness.artefacts.health_check import asks_nobody


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["true"],
        ["true", "/health/live"],
        ["/bin/true"],
        ["exit", "0"],
        ["CMD", "true"],
        ["CMD-SHELL", "exit 0"],
        ["sh", "-c", "echo /health/live; exit 0"],
        ["env", "A=1", "true"],
        ["echo ok || exit 1"],
    ],
)
def test_nobody_is_asked(words: list[str]) -> None:
    assert asks_nobody(words)


@pytest.mark.parametrize(
    "words",
    [
        ["pg_isready", "--host", "127.0.0.1"],
        ["CMD", "redis-cli", "ping"],
        ["curl -fs http://127.0.0.1:8000/health/live || exit 1"],
        ["sh", "-c", "wget -qO- http://127.0.0.1:8000/health/live"],
        ["python", "-c", "from urllib.request import urlopen; urlopen('http://x/health/live')"],
        ["celery -A app.celery_app inspect ping --destination celery@$HOSTNAME"],
    ],
)
def test_somebody_is_asked(words: list[str]) -> None:
    assert not asks_nobody(words)
