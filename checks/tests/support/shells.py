"""Commands in a shell of a person's: with any variables, any umask, and with or without HOME."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from checks.tests.support.repository import ROOT

CHECKS = (sys.executable, "-m", "checks.cli.main")
LIBPQ = {
    "PGHOST": "none.invalid",
    "PGHOSTADDR": "127.0.0.1",
    "PGPORT": "6543",
    "PGDATABASE": "none",
    "PGUSER": "none",
    "PGPASSWORD": "none",
    "PGSERVICE": "none",
    "PGOPTIONS": "-c default_transaction_read_only=on",
    "PGDATESTYLE": "German",
    "PGTZ": "Asia/Tokyo",
    "PGCLIENTENCODING": "SQL_ASCII",
    "PGSSLMODE": "require",
    "PGREQUIREAUTH": "none",
    "PGREQUIREPEER": "none",
    "PGCHANNELBINDING": "require",
    "PGTARGETSESSIONATTRS": "standby",
    "PGMINPROTOCOLVERSION": "9.9",
    "PSYCOPG_IMPL": "none",
}
OTHERS = {
    "PYTHONWARNINGS": "error",
    "PYTEST_ADDOPTS": "--none",
    "COVERAGE_PROCESS_START": "/none",
    "HADOLINT_FORMAT": "json",
    "LC_ALL": "none.none",
    "LANGUAGE": "ru",
    **dict.fromkeys(("http_proxy", "HTTPS_PROXY", "ALL_PROXY"), "http://127.0.0.1:9"),
}
ODD_NAME = "a b%20c&d=e,f'g \u0434"
"""The name of a folder: blanks, what a URL and a connection string treat specially, Cyrillic."""


def command(
    *words: str,
    home: Path,
    variables: Mapping[str, str] | None = None,
    without: str = "",
    umask: int = 0o022,
    program: tuple[str, ...] = CHECKS,
    cwd: Path = ROOT,
) -> "subprocess.CompletedProcess[str]":
    """A command in a shell with these variables."""
    inherited = {"PATH": os.environ["PATH"], "HOME": str(home.parent), "EVENTURE_HOME": str(home)}
    inherited.pop(without, None)
    return subprocess.run(
        [*program, *words],
        cwd=cwd,
        env={**inherited, "EVENTURE_ZYGOTE": "off", **(variables or {})},
        umask=umask,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
