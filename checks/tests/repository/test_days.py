"""What holds of every day's finished backend, apart from its exercises."""

import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from checks.course.course import load_course

ROOT = Path(__file__).parents[3]
DAYS = [ROOT / "solutions" / day.folder for day in load_course(ROOT, tree="solutions").days]
EXAMPLE = re.compile(r"^(?:# ?)?([A-Z][A-Z_]+)=", re.MULTILINE)
# uvicorn's, the one from which Compose makes DATABASE_URL, and prometheus_client's.
NOT_THE_APPS = {"FORWARDED_ALLOW_IPS", "POSTGRES_PASSWORD", "PROMETHEUS_MULTIPROC_DIR"}
VISIT = """
from starlette.testclient import TestClient
from app.main import app

with TestClient(app) as client:
    me = {"email": "ann@example.com", "password": "correct horse", "full_name": "Ann"}
    assert client.post("/api/auth/register", json=me).status_code == 201
    login = client.post("/api/auth/login", json={"email": me["email"], "password": me["password"]})
    assert login.status_code == 200, login.text
    headers = {"Authorization": f"Bearer {login.json()['access_token']}"}
    assert client.get("/api/auth/me", headers=headers).json()["email"] == me["email"]
    assert client.get("/api/events/").json() == []
    assert client.get("/api/events/1").status_code == 404
"""


def environment(tmp_path: Path) -> dict[str, str]:
    """A day's settings, with SQLite for a look."""
    return {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": f"sqlite:///{tmp_path / 'look.db'}",
        "SECRET_KEY": "0123456789abcdef0123456789abcdef",
        "BCRYPT_ROUNDS": "4",
        "RATE_LIMIT_ENABLED": "false",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def python(day: Path, tmp_path: Path, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=day,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.parametrize("day", DAYS, ids=lambda day: day.name)
def test_a_day_works_on_sqlite_for_a_look_and_can_be_seeded_twice(
    day: Path, tmp_path: Path
) -> None:
    python(day, tmp_path, "-m", "alembic", "upgrade", "head")
    python(day, tmp_path, "-c", VISIT)
    python(day, tmp_path, "-m", "app.cli", "seed")
    python(day, tmp_path, "-m", "app.cli", "seed")


@pytest.mark.parametrize("day", DAYS, ids=lambda day: day.name)
def test_seeding_an_empty_database_says_what_to_run_first(day: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "seed"],
        cwd=day,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "alembic upgrade head" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("day", DAYS, ids=lambda day: day.name)
def test_the_example_of_the_settings_names_each_once_and_none_that_the_app_does_not_have(
    day: Path,
) -> None:
    names = EXAMPLE.findall((day / ".env.example").read_text(encoding="utf-8"))
    # Two addresses of a database stand there on purpose: PostgreSQL's, and SQLite's for a look.
    twice = [name for name, count in Counter(names).items() if count > 1]
    assert set(twice) <= {"DATABASE_URL"}
    config = (day / "app/core/config.py").read_text(encoding="utf-8")
    assert [name for name in names if name not in NOT_THE_APPS and name.lower() not in config] == []
