"""A workflow that is malformed or very long ends as a failure, in little time."""

from pathlib import Path
from time import process_time
from typing import Any

import pytest

from checks.harness.app.learner_tree import Tree
from checks.harness.artefacts.shell_script import commands
from checks.harness.artefacts.workflow import Job, Workflow
from checks.harness.artefacts.workflow_triggers import events, starts_for_push
from checks.harness.artefacts.yaml_schema import load


def job(*steps: dict[str, Any], **definition: Any) -> Job:
    return Job("tests", {"steps": list(steps), **definition}, {}, "")


def names(steps: Job) -> list[str]:
    return [command.words[0] for command in steps.required_commands]


def test_an_open_quote_and_a_long_script_are_read_once() -> None:
    for script in ("echo 'x\n" + "a\n" * 40_000, "a 'b'\n" * 40_000, "a \\\n" * 40_000):
        started = process_time()
        commands(script)
        assert process_time() - started < 3


@pytest.mark.parametrize("part", ["a && ", "if ", "time ", "A=1 ", "A=1\n", "alias a=b\n", "f()"])
def test_a_long_script_is_judged_in_linear_time(part: str) -> None:
    started = process_time()
    names(job({"run": part * (50_000 // len(part))}))

    assert process_time() - started < 5


def test_scripts_longer_than_anybody_writes_are_refused(tmp_path: Path) -> None:
    (tmp_path / "ci.yml").write_text(
        "on: push\njobs:\n  a:\n    runs-on: x\n    strategy:\n      matrix:\n"
        f"        n: {[*range(200)]}\n    steps:\n"
        f"      - run: {'x' * 1000} ${{{{ matrix.n }}}}\n"
    )

    with pytest.raises(AssertionError, match=r"ci\.yml: its scripts have at most 50,000"):
        _ = Workflow(Tree(tmp_path), "ci.yml").jobs


@pytest.mark.parametrize("value", ["${{ fromJSON(vars.X) }}", ["x"], None])
def test_what_stands_in_the_place_of_a_mapping_has_no_known_values(value: object) -> None:
    keys = ("env", "with", "defaults", "services", "strategy", "container")
    step = {"run": "ruff check", "env": value, "with": value}
    own = Job("tests", {"steps": [step, value], **dict.fromkeys(keys, value)}, {}, "")

    assert names(own) == ["ruff"]
    assert own.python_versions == []
    assert own.services.of_image("postgres") == []
    assert names(Job("tests", {"steps": value}, {}, "")) == []


@pytest.mark.parametrize("pattern", ["*" * 5000 + "#", "[!-[&&~~||--a]#"])
def test_a_filter_s_pattern_ends(pattern: str) -> None:
    on = events({"on": {"push": {"branches": [pattern]}}})

    assert not starts_for_push(on, "main")


def test_a_filter_s_pattern_that_tries_every_way_fails() -> None:
    on = events({"on": {"push": {"branches": ["*a?" * 300 + "#"]}}})

    with pytest.raises(AssertionError, match="patterns of a filter"):
        starts_for_push(on, "release/1.2")


@pytest.mark.parametrize("key", ["1", "null", "2020-01-01", "!!binary aGk=", "true", "[a]"])
def test_a_key_that_is_no_text_is_refused_with_its_line(tmp_path: Path, key: str) -> None:
    (tmp_path / "ci.yml").write_text(f"on: push\njobs:\n  {key}:\n    a: 1\n")

    with pytest.raises(AssertionError, match=r"ci\.yml:3 is YAML \(the key"):
        load(Tree(tmp_path), "ci.yml")
