"""The OpenAPI document of a finished day, asked from the day's own app."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

from checks.errors import CourseError
from checks.programs import child_environment

_PROGRAM = "import json; from app.main import app; print(json.dumps(app.openapi()))"
# The app reads them as it starts; describing it connects to nothing and signs nothing.
_SETTINGS = {"DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1/none", "SECRET_KEY": "x" * 64}


@cache
def read_document(day_folder: Path) -> dict[str, Any]:
    """The document that the app serves at /openapi.json (OpenAPI 3.1).

    Raises CourseError when the app cannot be imported.
    """
    done = subprocess.run(
        [sys.executable, "-B", "-c", _PROGRAM],
        cwd=day_folder,
        env=child_environment() | _SETTINGS,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise CourseError(
            f"{day_folder.name}: the app does not describe itself: {reason}; its page needs that"
        )
    document: dict[str, Any] = json.loads(done.stdout)
    return document
