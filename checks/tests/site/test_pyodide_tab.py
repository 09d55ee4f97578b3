"""What the browser runs, run here: the archives as the worker unpacks them, in a Python of its own.

Only WebAssembly is missing; `test_pyodide_in_browser.py` asks it in Chromium.
"""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from checks.course.course import load_course
from checks.site.pyodide import archives
from checks.site.pyodide.programs import PROGRAMS, program_of, read_sections
from checks.site.pyodide.tab.sections import run_sections
from checks.site.pyodide.tab.sqlite_database import translated
from checks.site.pyodide.tab.stand_ins import bcrypt
from checks.tests.support.repository import ROOT

TAB = "checks/site/pyodide/tab"
# A browser has no threads: nothing may start one, nor import what is missing there.
START = f"""
import json, sys, threading
from pathlib import Path
def no_thread(self):
    raise RuntimeError("can't start new thread")
threading.Thread.start = no_thread
del threading.get_native_id
here = Path.cwd()
sys.path[:0] = [str(here / "{TAB}/stand_ins"), str(here)]
from checks.site.pyodide.tab import absent, sections
absent.install()
"""
SERVICE = "app/services/event_service.py"
END = "-- end --"
COUNT = "pending_tasks=count[TaskStatus.TODO] + count[TaskStatus.IN_PROGRESS]"


def unpacked(folder: Path, *contents: bytes) -> Path:
    for data in contents:
        zipfile.ZipFile(io.BytesIO(data)).extractall(folder)
    return folder


def python(folder: Path, program: str, said: object = None) -> str:
    """What a program prints in a process that has the folder's modules first."""
    done = subprocess.run(
        [sys.executable, "-c", START + program],
        cwd=folder,
        input=json.dumps(said),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def printed_by(folder: Path, key: str) -> dict[str, str]:
    """What a page shows when a reader runs each section of a program, by the section's name."""
    program = program_of(key)
    sections = read_sections(ROOT, program)
    tree = ROOT / "solutions" / program.day
    unpacked(folder, archives.tab(), archives.folder(tree / "app", tree))
    each = """
sources = json.load(sys.stdin)
for number in range(len(sources)):
    sections.run_sections(sources[:number + 1])
    print(END)
"""
    printed = python(folder, f"END = {END!r}{each}", [*sections.values()])
    return dict(zip(sections, printed.split(f"{END}\n"), strict=False))


@pytest.fixture(scope="module")
def n_plus_one(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return printed_by(tmp_path_factory.mktemp("n-plus-one"), "n-plus-one")


@pytest.fixture(scope="module")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return printed_by(tmp_path_factory.mktemp("tokens"), "tokens")


class TestPrograms:
    def test_a_lazy_page_sends_a_statement_for_each_event(self, n_plus_one: dict[str, str]) -> None:
        assert n_plus_one["lazy"].count("WHERE ? = tasks.event_id") == 5
        assert n_plus_one["lazy"].endswith("5 events, 6 statements\n")

    def test_selectinload_sends_two(self, n_plus_one: dict[str, str]) -> None:
        assert n_plus_one["selectin"].endswith("5 events, 2 statements\n")

    def test_the_database_counts_in_one(self, n_plus_one: dict[str, str]) -> None:
        assert n_plus_one["count"].count("SELECT") == 1
        assert n_plus_one["count"].count("3 tasks") == 5

    @pytest.mark.parametrize(
        ("section", "refused"),
        [
            ("tamper", "Signature verification failed"),
            ("expire", "Signature has expired"),
            ("none", "The specified alg value is not allowed"),
        ],
    )
    def test_the_real_code_refuses_each_attack(
        self, tokens: dict[str, str], section: str, refused: str
    ) -> None:
        assert tokens[section].splitlines()[0] == f"401 refused: {refused}"

    def test_a_token_of_the_server_is_accepted(self, tokens: dict[str, str]) -> None:
        assert "200 accepted: user 7" in tokens["read"]

    def test_an_error_of_the_reader_is_told_with_the_line_of_the_page(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert not run_sections(["x = 1\n", "y\n"])

        printed = capsys.readouterr().out
        assert 'File "<this page>", line 1' in printed
        assert printed.endswith("NameError: name 'y' is not defined\n")


CHECKED = f"""
from checks.site.pyodide.tab.check_task import check_task
for texts, lang in json.load(sys.stdin):
    print(check_task("event-statistics", texts, lang))
    print({END!r})
"""


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the page of task 1.2 prints of the starter, of the answer, of two faulty answers.

    The folder is the worker's: the checker's rooms that are served, and no other.
    """
    course = load_course(ROOT)
    folder = tmp_path_factory.mktemp("tab")
    tree = archives.task(course, "1.2", "event-statistics")
    unpacked(folder, archives.tab(), archives.checks(["1.2"]), tree)
    files = json.loads(archives.task_texts(course, "1.2"))["files"]
    answer = {file["path"]: file["answer"] for file in files}
    wrong = answer[SERVICE].replace(COUNT, "pending_tasks=count[TaskStatus.TODO]")
    assert wrong != answer[SERVICE]
    asked = {
        "starter": ({}, "en"),
        "answer": (answer, "ru"),
        "mistake": (answer | {SERVICE: wrong}, "en"),
        "broken": (answer | {"app/crud/task.py": "def f(:\n"}, "en"),
    }
    printed = python(folder, CHECKED, [*asked.values()])
    return dict(zip(asked, printed.split(f"{END}\n"), strict=False))


class TestTask:
    def test_the_starter_fails_the_first_promise_and_gets_the_first_hint(
        self, checked: dict[str, str]
    ) -> None:
        assert "1.2  fail      tests 0/16" in checked["starter"]
        assert "← 404" in checked["starter"]
        assert "1.2, hint 1 of 6: Which layer answers which question?" in checked["starter"]

    def test_the_answer_to_this_task_alone_passes(self, checked: dict[str, str]) -> None:
        assert "тесты 16/16" in checked["answer"]
        assert checked["answer"].endswith("True\n")

    def test_a_known_mistake_gets_its_question(self, checked: dict[str, str]) -> None:
        looks_like = "This looks like: Tasks in progress are missing from pending_tasks"

        assert "test_a_task_in_progress_is_pending" in checked["mistake"]
        assert looks_like in checked["mistake"]
        assert "hint 1 of 6" not in checked["mistake"]

    def test_an_app_that_does_not_start_is_told_with_its_line(
        self, checked: dict[str, str]
    ) -> None:
        assert "the app does not start: SyntaxError" in checked["broken"]
        assert "app/crud/task.py:1" in checked["broken"]


class TestStandIns:
    def test_a_password_is_known_by_its_hash_and_no_other_is(self) -> None:
        hashed = bcrypt.hashpw(b"correct horse", bcrypt.gensalt(4))

        assert bcrypt.checkpw(b"correct horse", hashed)
        assert not bcrypt.checkpw(b"wrong horse", hashed)

    def test_a_hash_has_the_form_of_bcrypt(self) -> None:
        hashed = bcrypt.hashpw(b"x", bcrypt.gensalt(4))

        assert hashed.startswith(b"$2b$04$")
        assert len(hashed) == 60

    def test_parameters_and_series_become_those_of_sqlite(self) -> None:
        query = "SELECT n, %(event)s FROM generate_series(1, %(count)s) AS n"

        assert translated(query).startswith("SELECT n, :event FROM (WITH RECURSIVE series(n)")
        assert "n < :count" in translated(query)


def test_every_program_of_a_page_has_sections_or_a_task() -> None:
    for program in PROGRAMS.values():
        assert program.task or read_sections(ROOT, program), program.key
