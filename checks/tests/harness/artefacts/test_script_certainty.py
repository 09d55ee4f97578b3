"""Whether a command of a workflow's script is certain to run, and its failure the step's."""

from typing import Any

import pytest

from checks.harness.artefacts.workflow import Job

HERE = "cat <<'EOF'\nruff check\nEOF"


def job(*steps: dict[str, Any], **definition: Any) -> Job:
    return Job("tests", {"steps": list(steps), **definition}, {}, "")


def names(steps: Job) -> list[str]:
    return [command.words[0] for command in steps.required_commands]


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
        ("trap 'rc=$?; docker compose down; exit $rc' EXIT\nruff check", ["ruff"]),
        ("trap 'rc=$?; rc=0; exit $rc' EXIT\nruff check", []),
        ("trap 'rc=$?; exit; exit $rc' EXIT\nruff check", []),
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
        # Subshells, and shells that read a here-document
        ("( ruff check && pytest )\necho done", ["ruff"]),
        ("(\n  cd x\n  ruff check\n)\npytest", ["ruff"]),
        ("( ruff check ) >log 2>&1\ntrue", ["ruff"]),
        ("( exit 0; ruff check )", []),
        ("( exit 0 )\nruff check", ["ruff"]),
        ("( kill $$ )\nruff check", []),
        ("( PATH=/fake; ruff check )", []),
        ("( ruff() { :; } )\nruff check", ["ruff"]),
        ("! ( ruff check )", []),
        ("( ruff check ) && true\ntrue", []),
        ("( ruff check ) >log || true", []),
        ("f() ( ruff check )\nf", []),
        ("if true; then ( ruff check ); fi", []),
        ("(( ruff ))", []),
        ("bash <<EOF\npytest\nruff check\nEOF\ntrue", ["ruff"]),
        ("bash <<EOF\nruff check\npytest\nEOF", []),
        ("bash -eu <<'EOF'\nruff check\npytest\nEOF", ["ruff"]),
        ("bash -s <<EOF\nset -e\nruff check\npytest\nEOF", ["ruff"]),
        ("bash -n <<EOF\nruff check\nEOF", []),
        ("bash other.sh <<EOF\nruff check\nEOF", []),
        ("bash -c true <<EOF\nruff check\nEOF", []),
        ("bash() { :; }\nbash -e <<EOF\nruff check\nEOF", []),
        ("bash -e <<EOF || true\nruff check\nEOF", []),
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


@pytest.mark.parametrize("name", ["BASH_ENV", "PATH", "SHELLOPTS", "BASH_FUNC_ruff%%"])
def test_a_variable_may_change_what_a_shell_runs(name: str) -> None:
    assert names(job({"run": "ruff check", "env": {name: "x"}})) == []


def test_a_step_may_change_what_later_shells_run() -> None:
    change = {"run": 'if true; then echo "BASH_ENV=x" >> "$GITHUB_ENV"; fi'}

    assert names(job({"run": "mypy"}, change, {"run": "ruff check"})) == ["mypy"]


@pytest.mark.parametrize(
    ("chain", "counts"),
    [
        ("alembic downgrade base && alembic upgrade head", 2),
        ("alembic downgrade base || alembic upgrade head", 0),
        ("alembic downgrade base && ruff check", 0),
        ("ruff check && alembic upgrade head", 0),
    ],
)
def test_a_downgrade_and_the_upgrade_after_it_are_one_command(chain: str, counts: int) -> None:
    assert len(names(job({"run": f"{chain}\nmypy"}))) == counts + 1
