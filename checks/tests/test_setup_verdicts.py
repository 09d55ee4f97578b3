"""What an app does to a test that is still being set up is the app's doing, not the checker's."""

from pathlib import Path
from shutil import copytree

import pytest

from checks.course import find_root, load_course
from checks.results import TaskResult, Verdict
from checks.run import Order, run

COURSE = load_course(find_root(Path(__file__)))
DAY = COURSE.day("1")
TASK = COURSE.task("1.3")
STARTER = COURSE.root / "days" / DAY.folder
ANSWERS = """
async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        await receive()
        return await send({{"type": "lifespan.startup.complete"}})
    status = 200 if scope["path"].endswith("login") else 201
    await send({{"type": "http.response.start", "status": status, "headers": []}})
    await send({{"type": "http.response.body", "body": {body}}})
"""
TRAP = """
import os, psycopg
with psycopg.connect(os.environ["DATABASE_URL"].replace("+psycopg", "")) as database:
    database.execute(
        "CREATE OR REPLACE FUNCTION trap() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'mine' USING ERRCODE = '57P01'; END $$;"
        "CREATE OR REPLACE TRIGGER trap BEFORE UPDATE ON users "
        "FOR EACH ROW EXECUTE FUNCTION trap()"
    )
"""


def judged(tmp_path: Path, main: str) -> TaskResult:
    tree = Path(copytree(STARTER, tmp_path / "tree"))
    (tree / "app" / "main.py").write_text(main)
    return run(Order(DAY, (TASK,), STARTER, tree)).tasks[0]


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        ("b'{}'", Verdict.FAIL),
        ("b'[' * 100_000", Verdict.ERROR),
        ("""b'{"id": "x", "access_token": "x"}'""", Verdict.ERROR),
    ],
    ids=["no id", "nested without end", "an id that is no number"],
)
def test_an_answer_that_no_fixture_can_use(tmp_path: Path, body: str, verdict: Verdict) -> None:
    result = judged(tmp_path, ANSWERS.format(body=body))

    assert result.verdict is verdict
    assert all(test.verdict is not Verdict.INFRA_ERROR for test in result.tests)


def test_a_trap_in_the_database_for_a_fixture(tmp_path: Path) -> None:
    result = judged(tmp_path, TRAP + (STARTER / "app" / "main.py").read_text())

    assert result.verdict is Verdict.ERROR
    assert all(test.verdict is not Verdict.INFRA_ERROR for test in result.tests)
