"""The exercise for check50 (`check50 --dev`) and for Otter (`otter run`), and how each is asked.

Their documentation: https://cs50.readthedocs.io/projects/check50/ and https://otter-grader.readthedocs.io/.
"""

import json
import os
import subprocess
from pathlib import Path

from checks.bench.other_graders.exercise import CASES, SUBMISSION, write
from checks.errors import CourseError

CHECK50 = """import check50
import check50.py
from starlette.testclient import TestClient


def ask(wanted, *request, **options):
    app = check50.py.import_("main.py").app
    got = TestClient(app).request(*request, **options).status_code
    if got != wanted:
        raise check50.Mismatch(str(wanted), str(got))
"""
SETTINGS = "check50:\n  checks: __init__.py\n  files:\n    - !require main.py\n"
CLIENT = "from starlette.testclient import TestClient\nclient = TestClient(app)\n"
OTTER = "OK_FORMAT = True\n\ntest = {test!r}\n"


def check50(folder: Path, programs: Path) -> list[str]:
    """Write the problem and the submission; the command that grades it in `folder`."""
    checks = "".join(
        f'\n\n@check50.check()\ndef {case.name}():\n    """{case.name}"""\n'
        f"    ask({case.status}, {case.call})\n"
        for case in CASES
    )
    problem = {"problem/.cs50.yaml": SETTINGS, "problem/__init__.py": CHECK50 + checks}
    write({**problem, "main.py": SUBMISSION}, folder)
    return [str(programs / "check50"), "--dev", str(folder / "problem"), "-o", "json"]


def otter(folder: Path, programs: Path) -> list[str]:
    """Write the tests, packed, and a notebook; the command that grades it in `folder`."""
    tests = {f"tests/{case.name}.py": OTTER.format(test=_otter_test(case.name)) for case in CASES}
    write({**tests, "notes.ipynb": _notebook(), "results/.keep": ""}, folder)
    pack = [str(programs / "otter"), "generate", "-t", "tests", "-o", "autograder.zip"]
    run(pack, folder, programs)
    return [str(programs / "otter"), "run", "-a", "autograder.zip", "-o", "results", "notes.ipynb"]


def _otter_test(name: str) -> dict[str, object]:
    """A test in the format of OK, as otter-grader.readthedocs.io names it."""
    case = next(case for case in CASES if case.name == name)
    code = f">>> client.request({case.call}).status_code\n{case.status}"
    shown = {"code": code, "hidden": False, "locked": False}
    suite = {"cases": [shown], "scored": True, "setup": "", "teardown": "", "type": "doctest"}
    return {"name": name, "points": 1, "suites": [suite]}


def _notebook() -> str:
    """The submission as a notebook of one cell (nbformat 4.5)."""
    cell: dict[str, object] = {
        "cell_type": "code",
        "id": "notes",
        "metadata": {},
        "execution_count": None,
        "outputs": [],
        "source": f"{SUBMISSION}\n\n{CLIENT}",
    }
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    metadata = {"kernelspec": kernel}
    book = {"cells": [cell], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(book)


def run(argv: list[str], folder: Path, programs: Path) -> str:
    """What the command prints, with the environment's programs first in PATH.

    Raises CourseError with the end of what it said when it fails.
    """
    environment = {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = subprocess.run(
        argv, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise CourseError(f"{' '.join(argv)} failed: {(done.stderr or done.stdout)[-400:]}")
    return done.stdout


def passed_by_check50(folder: Path) -> int:
    """How many tests its JSON document, in the log, says have passed."""
    said = (folder / "said.log").read_text(encoding="utf-8")
    document = json.loads(said[said.index("{") :])
    return sum(result["passed"] is True for result in document["results"])


def passed_by_otter(folder: Path) -> int:
    """How many tests its file for Gradescope gives the whole score."""
    document = json.loads((folder / "results" / "results.json").read_text(encoding="utf-8"))
    scored = [test for test in document["tests"] if "score" in test]
    return sum(test["score"] == test["max_score"] for test in scored)
