"""What the command of a container starts in the end."""

import pytest

from checks.harness.artefacts.container_command import (
    started_module,
    starts_server,
    starts_worker,
)

APP = "app.celery_app"
SCRIPTS = {
    "/app/entrypoint.sh": '#!/bin/sh\nset -e\nexec "$@"\n',
    "/app/sleeps.sh": "#!/bin/sh\nsleep infinity\n",
    "/app/serve.sh": 'if [ "$1" = x ]; then\n exec "$@"\nfi\nexec uvicorn app.main:app "$@"\n',
    "/app/init.sh": 'exec tini -- "$@"',
}
read = SCRIPTS.get


@pytest.mark.parametrize(
    "command",
    [
        "uvicorn app.main:app --host 0.0.0.0",
        "/opt/venv/bin/uvicorn app.main:app",
        "tini -- uvicorn app.main:app",
        "dumb-init --rewrite 15:3 uvicorn app.main:app",
        "gosu app uvicorn app.main:app",
        "env A=1 uvicorn app.main:app",
        "python -m uvicorn --factory app.main:create_app",
        "uv run --no-sync uvicorn app.main:app",
        "gunicorn -k uvicorn.workers.UvicornWorker app.main:app",
        "gunicorn -c gunicorn.conf.py",
        "granian --interface asgi app.main:app",
        "fastapi run",
        "opentelemetry-instrument uvicorn app.main:app",
        "python -m app.server",
        "python /app/serve.py",
        "eventure-serve",
        "eventure serve --port 8000",
        "/app/entrypoint.sh uvicorn app.main:app",
        "/app/serve.sh",
        "sh /app/serve.sh --port 1",
        "/app/init.sh python -m uvicorn app.main:app",
        "app.main:app --host 0.0.0.0",
    ],
)
def test_it_starts_the_server(command: str) -> None:
    assert starts_server(command.split(), read)


@pytest.mark.parametrize(
    "command",
    [
        "sleep infinity",
        "true",
        "echo uvicorn app.main:app",
        "tail -f /dev/null",
        "/app/sleeps.sh uvicorn app.main:app",
        "tini -- sleep infinity",
        "uvicorn --version",
        "uvicorn --help app.main:app",
        "python -c pass",
        "python -m http.server",
        "celery -A app.celery_app worker",
        "alembic upgrade head",
        "bash",
    ],
)
def test_it_starts_no_server(command: str) -> None:
    assert not starts_server(command.split(), read)


@pytest.mark.parametrize(
    ("script", "arguments", "expected"),
    [
        ("exec uvicorn app.main:app --port ${PORT:-8000}", "", True),
        ('exec "$@"', "-- uvicorn app.main:app", True),
        ("true # uvicorn app.main:app", "", False),
        ("echo 'uvicorn app.main:app'", "", False),
        ("sleep infinity; exec uvicorn app.main:app", "", False),
        ("true", "-- uvicorn app.main:app", False),
    ],
)
def test_the_script_of_a_shell_is_read(script: str, arguments: str, expected: bool) -> None:
    assert starts_server(["sh", "-c", script, *arguments.split()], read) is expected


@pytest.mark.parametrize(
    "command",
    [
        "celery -A app.celery_app worker",
        "celery --app=app.celery_app worker -c 1",
        "celery -Aapp.celery_app:celery_app worker",
        "celery -q -A app.celery_app worker",
        "python -m celery -A app.celery_app worker",
        "nice celery -A app.celery_app worker",
        "tini -- celery -A app.celery_app worker",
        "/app/entrypoint.sh celery -A app.celery_app worker",
        "/x/wait.sh db:5432 -- celery -A app.celery_app worker",
    ],
)
def test_it_is_the_worker(command: str) -> None:
    assert starts_worker(command.split(), APP, read)


@pytest.mark.parametrize(
    "command",
    [
        "echo celery -A app.celery_app worker",
        "sleep infinity celery -A app.celery_app worker",
        "celery -A app.celery_app inspect ping worker",
        "celery -A app.celery_app worker --detach",
        "celery -A app.celery_app worker --help",
        "celery -A other worker",
        "/app/sleeps.sh celery -A app.celery_app worker",
        "true",
        "",
    ],
)
def test_it_is_no_worker(command: str) -> None:
    assert not starts_worker(command.split(), APP, read)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("python -m app.serve", ["app.serve"]),
        ("tini -- python3 -m app.web_server --port 8000", ["app.web_server", "--port", "8000"]),
        ("uvicorn app.main:app", []),
        ("python -m uvicorn app.main:app", []),
        ("python -m application", []),
    ],
)
def test_the_module_of_the_app_is_followed(command: str, expected: list[str]) -> None:
    assert started_module(command.split(), lambda _: None) == expected
