"""Tests with the same mark share their rows; every other begins with empty tables."""

from pathlib import Path

from checks.course.course import load_course
from checks.results.model import Verdict
from checks.runner.run import RunRequest, run

ROOT = Path(__file__).parents[4]
COURSE = load_course(ROOT, tree="solutions")
TASK = COURSE.task("1.2")
DAY = COURSE.task_day(TASK)
TESTS = """
import pytest

@pytest.fixture(scope="module", params=["a", "b"])
def word(request):
    return request.param

@pytest.fixture
def known(word, shared_rows, users):
    return shared_rows.get_or_create("known", lambda: users.register(word))

def user_count(database):
    return database.value("SELECT count(*) FROM users")

@pytest.mark.rows("word")
class TestShared:
    def test_first(self, known, database):
        assert user_count(database) == 1
        assert known.full_name in ("A", "B")

    def test_second(self, known, api, database):
        assert user_count(database) == 1
        assert known.email.startswith(known.full_name.lower())
        assert api.get("/api/auth/me", auth=known).status_code == 200

def test_own(users, database):
    users.register()
    assert user_count(database) == 1

def test_own_again(users, database):
    users.register()
    assert user_count(database) == 1
"""


def test_rows_are_there_for_those_who_share_them_and_for_nobody_else(tmp_path: Path) -> None:
    tests = tmp_path / "day"
    (tests / "exercises").mkdir(parents=True)
    (tests / TASK.test).write_text(TESTS)
    tree = ROOT / "solutions" / DAY.folder

    result = run(RunRequest(DAY, (TASK,), tests, tree)).tasks[0]

    assert [test.verdict for test in result.tests] == [Verdict.PASS] * 6, result
