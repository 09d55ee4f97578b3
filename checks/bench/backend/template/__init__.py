"""The public full-stack FastAPI template, served from somebody's clone of it, to compare with.

Nothing of it is part of the workbook. `--template CLONE` names the clone; `CLONE/.venv` holds its
own pinned packages (docs/en/speed.md has the commands).
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

from checks import services
from checks.bench.backend.pairs import Address
from checks.bench.served_solution import uvicorn
from checks.errors import CourseError

COMMIT = "a727535488542228dc19b13f217a104ad317c122"  # the last one that runs on Python < 3.14
ACCOUNT = {"username": "admin@example.com", "password": "not-a-known-default"}
LAUNCHER = "launcher:app"
START_SECONDS = 240.0  # of a busy machine


@contextmanager
def serve_template(clone: Path, items: int) -> Iterator[Address]:
    """Serve the clone on an empty database with `items` items; its list as its administrator.

    Raises CourseError when the clone has no environment, or its app does not start.
    """
    backend = clone / "backend"
    python = clone.absolute() / ".venv" / "bin" / "python"
    if not python.exists():
        raise CourseError(f"{python} is missing; docs/en/speed.md says how to make it")
    postgres = services.ensure(variables={}).postgres
    database = postgres.create_database()
    try:
        settings = {**os.environ, **_settings(postgres.url(database), items)}
        with uvicorn(LAUNCHER, backend, settings, str(python)) as url:
            token = _log_in(url)
            yield Address(
                "the template's list", f"{url}/api/v1/items/", (f"Authorization: Bearer {token}",)
            )
    finally:
        postgres.drop_database(database)


def _settings(database_url: str, items: int) -> dict[str, str]:
    """The template's own variables, and two for the launcher; POSTGRES_… are not used by it."""
    return {
        "PYTHONPATH": str(Path(__file__).parent),
        "BENCH_DATABASE_URL": database_url,
        "BENCH_ITEMS": str(items),
        "ENVIRONMENT": "production",
        "PROJECT_NAME": "template",
        "SECRET_KEY": "only-for-this-comparison-0123456789abcdef",
        "FIRST_SUPERUSER": ACCOUNT["username"],
        "FIRST_SUPERUSER_PASSWORD": ACCOUNT["password"],
        "POSTGRES_SERVER": "localhost",
        "POSTGRES_USER": "unused",
        "POSTGRES_PASSWORD": "unused",
        "POSTGRES_DB": "unused",
    }


def _log_in(url: str) -> str:
    path = f"{url}/api/v1/login/access-token"
    try:
        answer = httpx2.post(path, data=ACCOUNT, timeout=START_SECONDS).raise_for_status()
    except httpx2.HTTPError as error:
        raise CourseError(f"POST {path} of the template: {error}") from None
    return str(answer.json()["access_token"])
