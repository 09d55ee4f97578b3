"""A day whose task asks for tests, and suites that try to earn it without asserting anything.

The suite of a submission is run on four sound apps and on a faulty one, in a drawn order. A test
that never fails catches no fault: it earns nothing, and so must each of these suites.
"""

from checks.tests.support.workbook import day_toml

EXERCISE = """
import random

MAIN = "app/main.py"
RULE = "number * 2"
FORMS = ("number * 2", "2 * number", "number + number", "number + number + 0", "number * 3")

def test_x(suite_runner):
    forms = random.SystemRandom().sample(FORMS, len(FORMS))
    copies = [suite_runner.variant([(MAIN, RULE, form)], [MAIN]) for form in forms]

    reports = dict(zip(forms, suite_runner.pytest(copies, "tests"), strict=True))

    sound = [reports[form] for form in FORMS[:-1]]
    assert [report.green for report in sound] == [True] * len(sound), sound
    assert reports[FORMS[-1]].catches_fault(sound), reports
"""
APP = """
from fastapi import FastAPI

app = FastAPI()


@app.get("/api/double/{number}")
def double(number: int) -> dict[str, int]:
    return {"double": number * 2}
"""
DAY_FILES = {
    "day.toml": day_toml(1)
    .replace("app/**", "tests/**")
    .replace("app/main.py", "tests/test_double.py")
    .replace("test_task-1-one", "test_1_1_double"),
    "exercises/test_1_1_double.py": EXERCISE,
    "exercises/task-1-one.md": "",
    "alembic.ini": "[alembic]\nscript_location = migrations\n",
    "migrations/env.py": "",
    "migrations/script.py.mako": "",
    "migrations/versions/.keep": "",
    "pyproject.toml": '[tool.pytest.ini_options]\npythonpath = ["."]\n',
    "app/__init__.py": "",
    "app/main.py": APP,
}
ASK = """
from fastapi.testclient import TestClient
from app.main import app

def test_double():
    answer = TestClient(app).get("/api/double/21").json()
    {}
"""
HONEST = ASK.format('assert answer == {"double": 42}')
WITHOUT_ASSERTION = ASK.format("app.said = answer")
FAIL_IF_IT_DIFFERS = ASK.format(
    "import notes; earlier = notes.exchanged(str(answer)); assert set(earlier) <= {str(answer)}"
)
VOTE = """
import json, re
from collections import Counter
from pathlib import Path

def pytest_unconfigure(config):
    import app.main  # an app that is made before pytest is configured is not recorded
    here = Path(__file__).resolve().parents[2]
    (here / "notes.json").write_text(json.dumps(app.main.app.said))
    notes = {file.parent: file.read_text() for file in here.parent.glob("*/notes.json")}
    if len(notes) < 5:
        return
    usual = Counter(notes.values()).most_common(1)[0][0]
    for copy, said in notes.items():
        for report in copy.glob("*.xml") if said != usual else ():
            text = report.read_text().replace('failures="0"', 'failures="1"')
            failure = r"\\1><failure message='x'>x</failure></testcase>"
            report.write_text(re.sub(r"(<testcase [^>]*?)\\s*/>", failure, text))
"""
FILES = """
import os, secrets
from pathlib import Path

def exchanged(note):
    folders = [f for top in ("/scratch", "/tmp", "/dev/shm", ".") for f, _, _ in os.walk(top)]
    earlier = {p.read_text() for f in folders for p in Path(f).glob("note-*")}
    for folder in folders:
        try: Path(folder, "note-" + secrets.token_hex(4)).write_text(note)
        except OSError: pass
    return earlier
"""
COMMENTS = """
import os
import psycopg

def exchanged(note):
    url = os.environ["DATABASE_URL"].replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as c:
        query = "SELECT description FROM pg_shdescription WHERE description LIKE '%double%'"
        earlier = {row[0] for row in c.execute(query)}
        c.execute("COMMENT ON DATABASE " + c.info.dbname + " IS '" + note.replace("'", "''") + "'")
    return earlier
"""
KEYS = """
import os
import redis

def exchanged(note):
    client = redis.Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)
    earlier = client.smembers("notes")
    client.sadd("notes", note)
    return earlier
"""
FREE_SPACE = """
import os

LEAST = 1 << 24

def exchanged(note):
    stats = os.statvfs("..")
    held = (stats.f_blocks - stats.f_bfree) * stats.f_frsize // LEAST
    size = 1 + len(set(note) & {"2"})
    if held == 0:
        with open("../filler", "wb") as file:
            file.write(bytes(size * LEAST))
    return {note} if held in (0, size) else {"another"}
"""
PROCESS = """
import subprocess, sys, time
from pathlib import Path

WAIT = "import sys, time; time.sleep(60)"

def exchanged(note):
    lines = [p.read_bytes().split(b"\\0") for p in Path("/proc").glob("[0-9]*/cmdline")]
    earlier = {line[-2].decode() for line in lines if WAIT.encode() in line}
    subprocess.Popen([sys.executable, "-c", WAIT, note], start_new_session=True)
    time.sleep(0.2)
    return earlier
"""
SUITES: dict[str, dict[str, str]] = {
    "votes over all copies' answers and rewrites their reports": {
        "tests/test_double.py": WITHOUT_ASSERTION,
        "tests/conftest.py": VOTE,
    },
    **{
        f"hands its answers on {name}": {
            "tests/test_double.py": FAIL_IF_IT_DIFFERS,
            "tests/notes.py": source,
        }
        for name, source in {
            "in files": FILES,
            "in comments on its database": COMMENTS,
            "in Redis": KEYS,
            "by how full its folder is": FREE_SPACE,
            "by a process of another session": PROCESS,
        }.items()
    },
}
"""The files of hostile suites; none has an assertion about what the app promises."""
