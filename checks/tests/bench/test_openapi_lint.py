"""What `make openapi-lint` reads in a report of redocly, and what it accepts."""

import json
import os
from pathlib import Path

import pytest

from checks.bench import openapi_lint
from checks.bench.openapi_lint import lint
from checks.bench.redocly_report import Accepted, Problem, accepted_problems, problems, unused
from checks.errors import CourseError

SLASH = Problem("no-path-trailing-slash", "#/paths/~1events~1", "no slash")
LISTED = Accepted("no-path-trailing-slash", "#/paths/*~1", "the plan's addresses")


def report(*locations: object) -> str:
    """redocly's JSON, with a problem for each list of locations."""
    found = [
        {"ruleId": SLASH.rule, "severity": "error", "message": SLASH.message, "location": each}
        for each in locations
    ]
    return json.dumps({"totals": {"errors": len(found)}, "problems": found})


def node(folder: Path, monkeypatch: pytest.MonkeyPatch, said: str) -> Path:
    """A `node` that says this, first in PATH; the path of a program for it."""
    (folder / "node").write_text(f"#!/bin/sh\ncat <<'END'\n{said}\nEND\necho no luck >&2\nexit 1\n")
    (folder / "node").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder / "node"


def test_a_problem_has_its_rule_its_place_and_its_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = node(tmp_path, monkeypatch, report([{"pointer": SLASH.place}]))

    assert lint(program, "{}", tmp_path) == [SLASH]
    assert str(SLASH) == "no-path-trailing-slash: #/paths/~1events~1: no slash"


@pytest.mark.parametrize("locations", [[], [{}], None])
def test_a_problem_may_have_no_place(locations: object) -> None:
    (one,) = problems(report(locations))

    assert one.place == ""
    assert not LISTED.accepts(one)


def test_a_listed_rule_is_accepted_in_the_places_of_its_entry_only() -> None:
    assert LISTED.accepts(SLASH)
    assert not LISTED.accepts(Problem(SLASH.rule, "#/paths/~1events", ""))
    assert not LISTED.accepts(Problem("security-defined", SLASH.place, ""))


def test_an_entry_that_accepts_nothing_is_unused() -> None:
    assert unused([LISTED], [SLASH]) == []
    assert unused([LISTED], []) == [LISTED]


def test_each_entry_of_the_list_has_a_reason() -> None:
    assert all(each.reason for each in accepted_problems())


@pytest.mark.parametrize("said", ["", "Error: Cannot find module", "[]", "{}", "null"])
def test_without_a_report_there_is_no_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    program = node(tmp_path, monkeypatch, said)

    with pytest.raises(CourseError, match="redocly gave no report: no luck"):
        lint(program, "{}", tmp_path)


def test_a_linter_that_is_not_there_is_named_with_the_command_that_installs_it(
    tmp_path: Path,
) -> None:
    with pytest.raises(CourseError, match="`make openapi-lint` installs it"):
        lint(tmp_path / "cli.js", "{}", tmp_path)


def test_without_node_it_is_said_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cli.js").touch()
    monkeypatch.setattr(openapi_lint, "child_environment", lambda: {"PATH": str(tmp_path)})

    with pytest.raises(CourseError, match="`node` was not found"):
        lint(tmp_path / "cli.js", "{}", tmp_path)


LISTED_PROBLEMS = [
    Problem(each.rule, each.place.replace("*", ""), "") for each in accepted_problems()
]


@pytest.mark.parametrize(
    ("found", "code", "said"),
    [
        (LISTED_PROBLEMS, 0, "0 not accepted, 2 places accepted"),
        ([*LISTED_PROBLEMS, Problem("no-empty-servers", "#/", "no")], 1, "FAILED         no-empty"),
        (LISTED_PROBLEMS[1:], 1, "no-path-trailing-slash: nothing is accepted by it"),
    ],
    ids=["listed", "not listed", "an entry that is needless"],
)
def test_what_is_not_listed_fails_and_so_does_a_needless_entry(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    found: list[Problem],
    code: int,
    said: str,
) -> None:
    monkeypatch.setattr("sys.argv", ["openapi_lint", "7"])
    monkeypatch.setattr(openapi_lint, "document_of", lambda _, number: f"day {number}")
    monkeypatch.setattr(
        openapi_lint, "lint", lambda _, document, __: found if "7" in document else []
    )

    assert openapi_lint.main() == code
    assert said in capsys.readouterr().out


def test_a_day_that_there_is_not_is_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["openapi_lint", "9"])

    assert openapi_lint.main() == 2
    assert "Traceback" not in capsys.readouterr().err
