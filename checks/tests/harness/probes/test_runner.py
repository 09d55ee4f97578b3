"""Several probes in one process: each has an answer of its own, or a failure of its own."""

from pathlib import Path

import pytest

from checks.harness.app import commands as commands_module
from checks.harness.app.border import Border
from checks.harness.app.commands import Commands
from checks.harness.errors import AppDown, AppHangs

BROKEN = "def work():\n    raise KeyError('x')\n"


@pytest.fixture
def commands(tmp_path: Path) -> Commands:
    tree = tmp_path / "tree"
    (tree / "app").mkdir(parents=True)
    (tree / "app/broken.py").write_text(BROKEN)
    return Commands(Border(tree=tree, scratch=tmp_path))


def test_they_share_what_was_prepared_and_what_was_given(commands: Commands) -> None:
    sources = {"twice": "answer = 2 * number", "more": "answer = number + given['more']"}

    answers = commands.probes("number = 21", sources, more=1)

    assert [answers["twice"], answers["more"]] == [42, 22]


def test_what_one_raises_is_told_by_that_one_only(commands: Commands) -> None:
    sources = {
        "first": "answer = 1",
        "broken": "from app import broken; broken.work()",
        "last": "answer = 3",
    }

    answers = commands.probes("", sources)

    assert [answers["first"], answers["last"]] == [1, 3]
    with pytest.raises(AppDown, match=r"your code raised KeyError.*\(app/broken.py:2 in work\)"):
        answers["broken"]


def test_no_source_has_a_name_of_another(commands: Commands) -> None:
    sources = {"first": "answer = number = 1", "second": "pass", "last": "answer = number"}

    answers = commands.probes("number = 21", sources)

    assert [answers["first"], answers["last"]] == [1, 21]
    with pytest.raises(AppDown, match="KeyError: 'answer'"):
        answers["second"]


def test_an_answer_is_as_it_was_when_it_was_given(commands: Commands) -> None:
    answers = commands.probes(
        "seen = [1]", {"first": "answer = seen", "second": "answer = seen.pop()"}
    )

    assert answers["first"] == [1]


def test_an_answer_that_is_no_json_is_the_failure_of_its_source(commands: Commands) -> None:
    answers = commands.probes("", {"set": "answer = {1}", "list": "answer = [1]"})

    assert answers["list"] == [1]
    with pytest.raises(AppDown, match="set is not JSON serializable"):
        answers["set"]


def test_what_the_preparation_enters_is_left_after_the_last_source(
    commands: Commands, tmp_path: Path
) -> None:
    prepare = "from pathlib import Path; left = Path(given['left']); life.callback(left.touch)"
    sources = {"first": "answer = left.exists()", "last": "answer = left.exists()"}

    answers = commands.probes(prepare, sources, left=str(tmp_path / "left"))

    assert [answers["first"], answers["last"]] == [False, False]
    assert (tmp_path / "left").exists()


def test_sys_exit_ends_its_source_only(commands: Commands) -> None:
    answers = commands.probes("", {"first": "raise SystemExit", "last": "answer = 3"})

    assert answers["last"] == 3
    with pytest.raises(AppDown, match="your code raised SystemExit"):
        answers["first"]


def test_who_ends_the_process_ends_all_of_them(commands: Commands) -> None:
    answers = commands.probes("", {"first": "answer = 1", "last": "import os; os._exit(0)"})

    for name in ("first", "last"):
        with pytest.raises(AppDown, match="it ended without a word"):
            answers[name]


def test_what_the_preparation_raises_is_told_by_each(commands: Commands) -> None:
    sources = {"first": "answer = 1", "last": "answer = 3"}

    answers = commands.probes("from app import broken; broken.work()", sources)

    for name in sources:
        with pytest.raises(
            AppDown, match=r"your code raised KeyError.*\(app/broken.py:2 in work\)"
        ):
            answers[name]


def test_a_hang_is_waited_for_once_and_told_by_each(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands_module, "PROBE_TIMEOUT", 1.0)

    answers = commands.probes("", {"first": "answer = 1", "last": "while True: pass"})

    for name in ("first", "last"):
        with pytest.raises(AppHangs, match="was still running after 1 s"):
            answers[name]
