"""`checks` and pytest as processes of their own, as a person types them."""

import subprocess
import sys
from pathlib import Path

from checks.tests.support.repository import ROOT

PYTEST = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]


def checks(
    folder: Path, *words: str, answer: str | None = None, **variables: str
) -> "subprocess.CompletedProcess[str]":
    """Run `checks` in a folder, without a terminal; `answer` is what is typed."""
    return subprocess.run(
        [sys.executable, "-m", "checks.cli.main", *words],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "PYTHONPATH": str(ROOT), **variables},
        capture_output=True,
        text=True,
        check=False,
        input=answer or "",
    )
