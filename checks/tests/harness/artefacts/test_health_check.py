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
        ["test", "-n", "/health/live"],
        ["cat", "/health/live"],
        ["redis-cli", "--version"],
        ["CMD-SHELL", "redis-cli ping || true"],
        ["CMD-SHELL", "pg_isready || exit 0"],
        ["CMD-SHELL", "pg_isready; true"],
        ["CMD", "sh", "-c", "curl -f http://127.0.0.1:8000/health/live | cat"],
        ["curl", "-f", "http://127.0.0.1:8000/health/live", "||", "exit", "0"],
        ["python", "-c", "pass  # /health/live"],
        ["python3", "-c", "print('/health/live')"],
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
        ["python", "-m", "app.health", "/health/live"],
        ["CMD-SHELL", "pg_isready -U eventure || exit 1"],
        ["CMD-SHELL", 'test "$(redis-cli ping)" = PONG'],
        ["CMD-SHELL", "redis-cli ping | grep PONG"],
        ["CMD-SHELL", "set -e; pg_isready; true"],
        ["CMD-SHELL", "if pg_isready; then exit 0; else exit 1; fi"],
        ["curl", "-f", "http://127.0.0.1:8000/health/live", "||", "exit", "1"],
        ["celery -A app.celery_app inspect ping --destination celery@$HOSTNAME"],
    ],
)
def test_somebody_is_asked(words: list[str]) -> None:
    assert not asks_nobody(words)
