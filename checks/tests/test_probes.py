"""Several probes in one process: each has an answer of its own, or a failure of its own."""

from pathlib import Path

import pytest

from checks.harness.border import Border
from checks.harness.errors import AppDown
from checks.harness.learner import Shell

BROKEN = "def work():\n    raise KeyError('x')\n"


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    tree = tmp_path / "tree"
    (tree / "app").mkdir(parents=True)
    (tree / "app/broken.py").write_text(BROKEN)
    return Shell(Border(tree=tree, scratch=tmp_path))


def test_they_share_what_was_prepared_and_what_was_given(shell: Shell) -> None:
    sources = {"twice": "answer = 2 * number", "more": "answer = number + given['more']"}

    found = shell.probes("number = 21", sources, more=1)

    assert [found["twice"], found["more"]] == [42, 22]


def test_what_one_raises_is_told_by_that_one_only(shell: Shell) -> None:
    sources = {
        "first": "answer = 1",
        "broken": "from app import broken; broken.work()",
        "last": "answer = 3",
    }

    found = shell.probes("", sources)

    assert [found["first"], found["last"]] == [1, 3]
    with pytest.raises(AppDown, match=r"your code raised KeyError.*\(app/broken.py:2 in work\)"):
        found["broken"]


def test_a_source_without_an_answer_does_not_get_that_of_another(shell: Shell) -> None:
    found = shell.probes("", {"first": "answer = 1", "second": "pass"})

    with pytest.raises(AppDown, match="KeyError: 'answer'"):
        found["second"]


def test_an_answer_is_as_it_was_when_it_was_given(shell: Shell) -> None:
    found = shell.probes("seen = [1]", {"first": "answer = seen", "second": "answer = seen.pop()"})

    assert found["first"] == [1]


def test_an_answer_that_is_no_json_is_the_failure_of_its_source(shell: Shell) -> None:
    found = shell.probes("", {"set": "answer = {1}", "list": "answer = [1]"})

    assert found["list"] == [1]
    with pytest.raises(AppDown, match="set is not JSON serializable"):
        found["set"]


@pytest.mark.parametrize("source", ["raise SystemExit", "import os; os._exit(0)"])
def test_who_ends_the_process_ends_all_of_them(shell: Shell, source: str) -> None:
    with pytest.raises(AppDown):
        shell.probes("", {"first": "answer = 1", "last": source})


def test_what_the_preparation_raises_is_told_at_once(shell: Shell) -> None:
    with pytest.raises(AppDown, match="KeyError"):
        shell.probes("from app import broken; broken.work()", {"first": "answer = 1"})
