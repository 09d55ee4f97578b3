"""Whether a workflow's command gives a verdict, and whether a job reaches its service."""

from pathlib import Path
from time import process_time
from typing import Any

import pytest

from checks.harness.app.learner_tree import Tree
from checks.harness.artefacts.invocation import invocation
from checks.harness.artefacts.shell_script import commands
from checks.harness.artefacts.workflow import Job, Workflow
from checks.harness.artefacts.workflow_triggers import (
    events,
    starts_for_each_pull_request,
    starts_for_push,
)
from checks.harness.artefacts.yaml_schema import load

SERVICE = {"image": "postgres:16", "ports": ["5433:5432/tcp"]}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ruff check .", True),
        ("python -m ruff check .", True),
        ("python3.11 -X dev -m ruff check .", True),
        ("RUFF_CACHE_DIR=/tmp .venv/bin/ruff check .", True),
        ("uv run --no-sync ruff check .", True),
        ("ruff check --fix --exit-non-zero-on-fix .", True),
        ("ruff format .", False),
        ("ruff check --fix .", False),
        ("echo ruff check .", False),
        ("python ruff check", False),
    ],
)
def test_a_command_runs_when_its_status_is_a_verdict(line: str, expected: bool) -> None:
    (command,) = commands(line)

    assert invocation(command, {}).runs("ruff", "check") is expected


def job(*steps: dict[str, Any], **definition: Any) -> Job:
    return Job("tests", {"steps": list(steps), **definition}, {}, "")


def names(steps: Job) -> list[str]:
    return [command.words[0] for command in steps.required_commands]


@pytest.mark.parametrize(
    ("script", "shell", "expected"),
    [
        ("mypy; pytest", "", ["mypy", "pytest"]),
        ("mypy || true\npytest", "", ["pytest"]),
        ("mypy | tee x", "", ["tee"]),
        ("mypy | tee x", "bash", ["mypy", "tee"]),
        ("mypy | tee x", "bash --norc -xeo pipefail {0}", ["mypy", "tee"]),
        ("mypy", "bash --norc {0}", []),
        ("set -eo pipefail\nmypy | tee x", "", ["set", "mypy", "tee"]),
        ("mypy | tee x\nset -o pipefail", "", ["tee", "set"]),
        ("set +eu\nmypy", "", []),
        ("set +o errexit\nmypy", "", []),
        ("if x; then\n  mypy\nfi\npytest", "", ["pytest"]),
        ("lint() {\n  mypy\n}\npytest", "", ["pytest"]),
        ("exit 0\nmypy", "", []),
        ("mypy || exit 1\npytest", "", ["pytest"]),
    ],
)
def test_a_command_counts_when_its_failure_ends_the_job(
    script: str, shell: str, expected: list[str]
) -> None:
    assert names(job({"run": script, "shell": shell})) == expected


HERE = "cat <<'EOF'\nruff check\nEOF"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        # Here-documents
        (HERE, []),
        (f"{HERE}\nruff check", ["ruff"]),
        ("cat <<-EOF\n\truff check\n\tEOF\nruff check", ["ruff"]),
        ('cat <<A - <<"B" | tee x\nruff\nA\nruff check\nB\n', []),
        ("cat <<A - <<\\B\nA\nB\nruff check", ["ruff"]),
        ("cat <<EOF\nruff check", []),
        ("cat <<<EOF\nruff check", ["ruff"]),
        ("echo $((1<<2))\nruff check", ["ruff"]),
        # What ends the script
        ("exec true\nruff check", []),
        ("exec >log 2>&1\nruff check", ["ruff"]),
        ("exec ruff check", ["ruff"]),
        ("if true; then exec true; fi\nruff check", []),
        ("exit\nruff check", []),
        ("true && exit 0\nruff check", []),
        ("if true; then exit 0; fi\nruff check", []),
        ("if [ -z $X ]; then exit 1; fi\nruff check", ["ruff"]),
        ("f() { exit 0; }\nf\nruff check", []),
        ("ruff check\nexit 0", ["ruff"]),
        ("return 0\nruff check", []),
        ("command exec true\nruff check", []),
        (">log exec true\nruff check", []),
        ("A=1 2>log exit 0\nruff check", []),
        ('ex""it 0\nruff check', []),
        (">log set +e\nruff check", []),
        ("e=exit\n$e 0\nruff check", []),
        ("eval 'exit 0'\nruff check", []),
        ("source ./quiet.sh\nruff check", []),
        (". .venv/bin/activate\nruff check", ["ruff"]),
        ("set\nruff check", ["ruff"]),
        ("set -n\nruff check", []),
        ("set -o noexec\nruff check", []),
        ("{ set +e; }\nruff check", []),
        ("builtin set +e\nruff check", []),
        ("shopt -uo errexit\nruff check", []),
        # Handlers
        ("trap 'exit 0' EXIT\nruff check", []),
        ("trap -- 'rm x; exec true' 0\nruff check", []),
        ("trap 'kill $$' ERR\nruff check", []),
        ("trap 'ex\\it 0' EXIT\nruff check", []),
        ("H='exit 0'\ntrap \"$H\" EXIT\nruff check", []),
        ("trap 'rm -f \"$log\"' EXIT\nruff check", ["ruff"]),
        ("if true; then trap 'exit 0' EXIT; fi\nruff check", []),
        ("trap 'docker compose down' EXIT\nruff check", ["ruff"]),
        ("trap 'exit 0' USR1\nruff check", ["ruff"]),
        # Names that stand for something else
        ("ruff() { :; }\nruff check", []),
        ("function ruff {\n:\n}\nruff check", []),
        ("ruff ()\n{\n:\n}\nruff check", []),
        ("alias ruff=true\nruff check", []),
        ("python() { :; }\npython -m ruff check", []),
        ("hash -p /bin/true ruff\nruff check", []),
        ("PATH=/fake\nruff check", []),
        ("PATH=/fake ruff check", []),
        ('export PATH="$PWD/.venv/bin:$PATH"\nruff check', ["ruff"]),
        # Lists
        ("true || ruff check", []),
        ("false && ruff check", []),
        ('[ -n "" ] && ruff check', []),
        ("! true && ruff check", []),
        ("ruff check && echo done\necho more", []),
        ("ls /none && ruff check\ntrue", []),
        ("cd x && ruff check", ["ruff"]),
        ("pip install x && ruff check\ntrue", ["ruff"]),
        ("a && b | ruff check; pytest", []),
        ("ruff check && pytest", ["ruff"]),
        ("ruff check; echo done", ["ruff"]),
        ("ruff \\\n  check . # quick", ["ruff"]),
        # What starts no verdict
        ("command -v ruff check", []),
        ("python -V -m ruff check", []),
        ("sudo -l ruff check", []),
        ("! ruff check", []),
        ("ruff check &\nwait", []),
        ("cd x && ruff check &", []),
        ("time ruff check", ["ruff"]),
        ("while false; do\nruff check\ndone", []),
        ("if false; then { :; }\nruff check\nfi", []),
        ("case x in\ny) :;;\nz)\nruff check;;\nesac", []),
        ("(\nruff check\n) || true", []),
        ("echo 'open\nruff check", []),
        ("echo '\nruff check\n'", []),
        ("set -euo pipefail\nruff check", ["ruff"]),
    ],
)
def test_a_command_counts_when_it_is_certain_to_run(script: str, expected: list[str]) -> None:
    assert [name for name in names(job({"run": script})) if name == "ruff"] == expected


@pytest.mark.parametrize(
    ("shell", "expected"),
    [
        ("bash", True),
        ("/bin/bash -el {0}", True),
        ("bash --noprofile --norc -eo pipefail {0}", True),
        ("zsh -e {0}", True),
        ("cat -e {0}", False),
        ("true -e {0}", False),
        ("bash -en {0}", False),
        ("bash -e -o noexec {0}", False),
        ("bash -e -c true {0}", False),
        ("bash -e other.sh {0}", False),
        ("bash -e", False),
        ("bash -e '", False),
        ("python", False),
        ("pwsh", False),
    ],
)
def test_a_shell_runs_the_script(shell: str, expected: bool) -> None:
    assert names(job({"run": "ruff check", "shell": shell})) == ["ruff"] * expected


@pytest.mark.parametrize("name", ["BASH_ENV", "ENV", "PATH", "SHELLOPTS", "BASH_FUNC_ruff%%"])
def test_a_variable_may_change_what_a_shell_runs(name: str) -> None:
    assert names(job({"run": "ruff check", "env": {name: "x"}})) == []


def test_a_step_may_change_what_later_shells_run() -> None:
    change = {"run": 'if true; then echo "BASH_ENV=x" >> "$GITHUB_ENV"; fi'}

    assert names(job({"run": "mypy"}, change, {"run": "ruff check"})) == ["mypy"]


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
        f"        n: [{'1, ' * 200}1]\n    steps:\n"
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
    assert own.service("postgres") is None
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


def test_a_script_is_read_with_each_row_of_the_matrix() -> None:
    matrix = {"tool": ["ruff check"], "include": [{"tool": "mypy"}], "python": ["3.11", 3.10]}
    setup = {"uses": "actions/setup-python@v5", "with": {"python-version": "${{matrix.python}}"}}
    filled = job({"run": "python -m ${{ matrix.tool }} ."}, setup, strategy={"matrix": matrix})

    assert names(filled) == ["ruff", "mypy"]
    assert filled.python_versions == ["3.11", 3.10]


@pytest.mark.parametrize(
    "step",
    [
        {"run": "pytest", "env": {"URL": "new"}},
        {"run": "URL=new pytest"},
        {"run": "export URL=new\npytest"},
        {"run": "env URL=new pytest"},
    ],
)
def test_the_nearest_variable_counts(step: dict[str, Any]) -> None:
    steps = [{"run": 'echo "URL=old" >> "$GITHUB_ENV"'}, step, {"run": "pytest"}]
    urls = [each.env.get("URL") for each in job(*steps).required_commands if each.runs("pytest")]

    assert urls == ["new", "old"]


@pytest.mark.parametrize(
    ("filters", "pull_request", "push"),
    [
        (None, True, True),
        ({"branches": ["main"]}, False, True),
        ({"branches": ["*"]}, False, True),
        ({"branches": ["**"]}, True, True),
        ({"branches": ["**", "!main"]}, False, False),
        ({"branches-ignore": ["gh-pages"]}, True, True),
        ({"types": "opened"}, False, True),
        ({"types": ["reopened", "opened", "labeled", "synchronize"]}, True, True),
        ({"tags": ["v*"]}, True, False),
        ({"branches": ["[m"]}, False, False),
    ],
)
def test_filters_of_events(filters: dict[str, Any] | None, pull_request: bool, push: bool) -> None:
    on = events({"on": {"pull_request": filters, "push": filters}})

    assert starts_for_each_pull_request(on) is pull_request
    assert starts_for_push(on, "main") is push


@pytest.mark.parametrize(
    ("url", "container", "expected"),
    [
        ("postgresql://app@localhost:5433/app", False, True),
        ("postgresql://app@localhost:5432/app", False, False),
        ("postgresql://app@db:5433/app", False, False),
        ("postgresql://app@db:5432/app", True, True),
        ("postgresql://app@db:5433/app", True, False),
        ("postgresql://app@db/app", True, True),
        ("redis://db", True, False),
        ("postgresql://app@localhost:5433/app", True, False),
        ("", False, False),
    ],
)
def test_a_container_uses_the_service_s_name_and_others_a_port(
    url: str, container: bool, expected: bool
) -> None:
    definition = {"services": {"db": SERVICE}, **({"container": "python"} if container else {})}
    job = Job("tests", definition, {}, "")

    assert job.reaches(url, "postgres") is expected
