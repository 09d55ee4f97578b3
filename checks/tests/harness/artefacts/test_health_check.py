"""A health check that ends well by itself is none."""

import pytest

from checks.harness.artefacts.health_check import asks_for, asks_nobody


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
        ["CMD-SHELL", "exit 0; pg_isready"],
        ["CMD-SHELL", "true || pg_isready"],
        ["CMD-SHELL", "false && pg_isready || true"],
        ["CMD-SHELL", "! false || pg_isready"],
        ["CMD-SHELL", "set -e; exit 0; pg_isready"],
        ["CMD-SHELL", "pg_isready & exit 0"],
        ["CMD-SHELL", "pg_isready; echo ok; exit"],
        ["CMD-SHELL", "exit 1"],
        ["CMD-SHELL", "echo 'pg_isready' # pg_isready"],
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
        ["CMD-SHELL", "pg_isready; exit $?"],
        ["CMD-SHELL", "pg_isready && exit 0 || exit 1"],
        ["CMD-SHELL", "pg_isready && exit 0; exit 1"],
        ["CMD-SHELL", "pg_isready || exit"],
        ["CMD-SHELL", "! redis-cli ping | grep LOADING"],
        ["CMD-SHELL", "echo asking; pg_isready"],
        ["CMD-SHELL", "if pg_isready; then exit 0; else exit 1; fi"],
        ["curl", "-f", "http://127.0.0.1:8000/health/live", "||", "exit", "1"],
        ["celery -A app.celery_app inspect ping --destination celery@$HOSTNAME"],
    ],
)
def test_somebody_is_asked(words: list[str]) -> None:
    assert not asks_nobody(words)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["curl -fs http://127.0.0.1:8000/health/live || exit 1"], True),
        (["CMD", "curl", "-f", "http://x/health/live", "||", "exit", "1"], True),
        (["sh", "-c", "wget -qO- http://x/health/live"], True),
        (["python", "-c", "urlopen('http://x/health/live')"], True),
        (["CMD", "python", "-m", "app.health", "/health/live"], True),
        (["python", "-c", "urlopen('http://x/') # /health/live"], False),
        (["curl http://x/ # /health/live"], False),
        (["curl -f http://x/; echo /health/live"], False),
        (["curl", "-f", "http://x/health/ready"], False),
        ([], False),
    ],
)
def test_the_path_is_requested(words: list[str], expected: bool) -> None:
    assert asks_for(words, "/health/live") is expected
