"""Whether a program of a workflow is the installed one, or one that the repository brings along."""

from collections.abc import Iterable
from typing import Any

import pytest

from checks.harness.app.learner_tree import Tree
from checks.harness.artefacts.repository_files import RepositoryFiles
from checks.harness.artefacts.repository_reading import read_repository
from checks.harness.artefacts.workflow import Job

CHECK = {"run": "python -m mypy\nruff check"}
ADD_PATH = 'echo "{}" >> "$GITHUB_PATH"'
FAKE_PATH = {"run": ADD_PATH.format("$PWD/tests/fake")}


def checks_counted(*steps: dict[str, Any], files: Iterable[str] = (), **settings: Any) -> list[str]:
    """Which of the two checks count, where steps stand before them and files in the repository."""
    definition = {"steps": [*steps, settings.pop("last", CHECK)], **settings.pop("job", {})}
    repository = RepositoryFiles(frozenset(["app/main.py", *files]), **settings)
    found = Job("tests", definition, {}, "", repository).required_commands
    return [each.words[0] for each in found if each.words[0] in ("mypy", "ruff")]


BOTH = ["mypy", "ruff"]


@pytest.mark.parametrize(
    ("script", "files", "expected"),
    [
        # The file GITHUB_PATH
        (ADD_PATH.format("$PWD/tests/fake"), ["tests/fake/ruff"], []),
        (ADD_PATH.format("$PWD/.venv/bin"), ["tests/fake/ruff"], []),
        (ADD_PATH.format("$PWD/made"), [], []),
        (ADD_PATH.format("$PWD/.venv/bin"), [], BOTH),
        (ADD_PATH.format("$HOME/.local/bin"), [], BOTH),
        (ADD_PATH.format("${{ github.workspace }}/scripts"), ["scripts/lint.sh"], BOTH),
        ("python tests/paths.py >> $GITHUB_PATH", [], []),
        ("cat tests/paths >> $GITHUB_PATH", ["tests/paths"], []),
        ('f="$GITHUB_PATH"\ncp tests/paths "$f"', [], []),
        # The file GITHUB_ENV
        ('echo "PATH=$PWD/made:$PATH" >> "$GITHUB_ENV"', [], []),
        ('echo "PATH=$PWD/.venv/bin:$PATH" >> "$GITHUB_ENV"', [], BOTH),
        ('printf "A=b\\nPATH=/made\\n" >> $GITHUB_ENV', [], []),
        ("cat <<EOF >> $GITHUB_ENV\nPATH=/made\nEOF", [], []),
        ("cat <<EOF >> $GITHUB_ENV\nURL=x\nEOF", [], BOTH),
        ("cat .env.example >> $GITHUB_ENV", [".env.example"], BOTH),
        ("cat tests/env >> $GITHUB_ENV", [], []),
        ('{ echo "A=b"; echo "C=d"; } >> $GITHUB_ENV', [], BOTH),
        ('{ echo "A=b"; python x.py; } >> $GITHUB_ENV', [], []),
        ('echo "$LINE" >> $GITHUB_ENV', [], []),
        ('echo "PYTHONPATH=." >> $GITHUB_ENV', [], BOTH),
        ('echo "PYTHONPATH=tests" >> $GITHUB_ENV', ["tests/sitecustomize.py"], []),
        ('if true; then echo "PATH=/made" >> $GITHUB_ENV; fi', [], []),
        # A file in the place of a program
        ("cp tests/x .venv/bin/ruff", ["tests/x"], []),
        ("printf x > .venv/bin/ruff", [], []),
        ("ln -sf /bin/true $(which ruff)", [], []),
        ("for t in ruff mypy; do ln -s /bin/true .venv/bin/$t; done", [], []),
        ("echo 'pass' | sudo tee /usr/lib/python3/sitecustomize.py", [], []),
        ("mkdir ruff\ntouch ruff/__main__.py ruff/__init__.py", [], []),
        ("ln -s /usr/bin/python3 /usr/bin/python", [], BOTH),
        ("cp .env.example .env\npytest | tee pytest.txt", [".env.example"], BOTH),
    ],
)
def test_a_step_before_may_put_a_program_in_the_place_of_a_tool(
    script: str, files: list[str], expected: list[str]
) -> None:
    assert checks_counted({"run": script}, files=files) == expected


@pytest.mark.parametrize(
    ("script", "files", "expected"),
    [
        ("./ruff check", [], []),
        ("tests/fake/ruff check", ["tests/fake/ruff"], []),
        ('"$PWD/made/ruff" check', [], []),
        (".venv/bin/ruff check", [], ["ruff"]),
        ("/usr/local/bin/ruff check", [], ["ruff"]),
        ("made/python -m ruff check", [], []),
        (".venv/bin/python -m ruff check", [], ["ruff"]),
        ("export PATH=$PWD/made:$PATH\nruff check", [], []),
        ("if true; then export PATH=/made; fi\nruff check", [], []),
        ("for PATH in /made; do :; done\nruff check", [], []),
        ("read PATH < tests/path\nruff check", [], []),
        ("BASH_CMDS[ruff]=/bin/true\nruff check", [], []),
        ("LD_PRELOAD=tests/x.so ruff check", [], []),
        ("PYTHONPATH=tests mypy", ["tests/mypy.py"], []),
        ("PYTHONPATH=tests mypy", ["tests/conftest.py"], ["mypy"]),
        ("PYTHONPATH=$FAKE mypy", ["tests/mypy/__init__.py"], []),
        ("cd tests\npython -m mypy", ["tests/mypy.py"], []),
        ("cd tests\npython -m mypy", ["tests/json.py"], []),
        ("cd tests\npython -m mypy", ["tests/test_events.py"], ["mypy"]),
        ("python -m mypy", ["tests/mypy.py"], ["mypy"]),
        ("uv run --with=./fake ruff check", [], []),
        ("uv run --python=3.12 ruff check", [], ["ruff"]),
        ("source scripts/bin/activate\nruff check", ["scripts/bin/activate"], []),
        ("source .venv/bin/activate\nruff check", [], ["ruff"]),
        # `cd` into a folder of the repository succeeds, so what follows `&&` runs.
        ("cd app && ruff check\ntrue", [], ["ruff"]),
        ("cd ./app/ && ruff check\ntrue", [], ["ruff"]),
        ("cd days && ruff check\ntrue", [], []),
        ("cd app\ncd app && ruff check\ntrue", [], []),
    ],
)
def test_a_program_counts_when_it_was_installed(
    script: str, files: list[str], expected: list[str]
) -> None:
    assert checks_counted(last={"run": script}, files=files) == expected


def test_a_step_may_have_a_working_directory() -> None:
    last = {**CHECK, "working-directory": "tests"}

    assert checks_counted(last=last, files=("tests/mypy.py",)) == ["ruff"]
    assert checks_counted(last=last, files=("tests/test_x.py",)) == BOTH


@pytest.mark.parametrize(
    "container",
    [
        {"image": "python", "env": {"PATH": "/fake"}},
        {"image": "python", "volumes": ["/fake:/usr/local/bin"]},
        {"image": "python", "options": "-v /fake:/usr/bin"},
        {"image": "python", "options": "--entrypoint /fake"},
    ],
)
def test_a_container_may_put_programs_in_the_place_of_tools(container: dict[str, Any]) -> None:
    assert checks_counted(job={"container": container}) == []
    assert checks_counted(job={"container": {"image": "python", "options": "--user 1"}}) == BOTH


def composite(*steps: Any) -> Any:
    return {"actions": {"ci": {"runs": {"using": "composite", "steps": list(steps)}}}}


def test_the_steps_of_an_own_action_are_read() -> None:
    use = {"uses": "./ci"}
    harmless = composite({"run": "pip install -r requirements.lock", "shell": "bash"})
    faking = composite({"run": ADD_PATH.format("$PWD/made"), "shell": "bash"})
    checking = composite({"run": "ruff check", "shell": "bash"})
    running: Any = {"actions": {"ci": {"runs": {"using": "node20", "main": "x.js"}}}}

    assert checks_counted(use, **harmless) == BOTH
    assert checks_counted(use, **faking) == []
    assert checks_counted(use, **checking) == ["ruff", *BOTH]
    assert checks_counted({**use, "if": "github.actor == 'x'"}, **checking) == BOTH
    assert checks_counted({**use, "if": "github.actor == 'x'"}, **faking) == []
    assert checks_counted(use, **running) == []
    assert checks_counted(use) == []


def test_an_input_of_an_action_may_set_a_variable_of_later_steps() -> None:
    script = {"uses": "actions/github-script@v7", "with": {"script": "core.addPath('fake')"}}

    assert checks_counted(script) == []


@pytest.mark.parametrize("file", ["tests/fake/pyproject.toml", "tests/setup.py", "scripts/x.whl"])
def test_a_package_of_the_repository_may_install_a_tool_s_name(file: str) -> None:
    assert checks_counted(files=(file,)) == []


def test_a_shell_of_the_repository_runs_nothing() -> None:
    assert checks_counted(last={**CHECK, "shell": "scripts/bash -e {0}"}) == []
    assert checks_counted(last={**CHECK, "shell": "/usr/bin/bash -e {0}"}) == BOTH


MERGED_WITHOUT_END = "a0: &a0 {x: 1}\n" + "".join(
    f"a{number}: &a{number} {{<<: [{', '.join([f'*a{number - 1}'] * 10)}]}}\n"
    for number in range(1, 10)
)


def test_a_tree_is_read_as_a_repository(tmp_path: Any) -> None:
    files = {
        "pyproject.toml": "[project.scripts]\nruff = 'app.fake:main'\nown = 'app:x'\n",
        "scripts/set.sh": "echo x >> $GITHUB_PATH\n",
        "ci.env": "A=b\nPATH=/fake\n",
        ".venv/bin/ruff": "",
        "exercises/pytest.py": "",
        "README.md": "GITHUB_PATH\n",
        "ci/action.yml": "runs: {using: composite, steps: []}\n",
        "odd/action.yml": "a: [\n",
        **{f"odd/{tag}/action.yml": f"a: !!{tag} ''\n" for tag in ("bool", "int", "timestamp")},
        "large/action.yml": MERGED_WITHOUT_END,
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)

    found = read_repository(Tree(tmp_path))

    assert found.names == frozenset(files) - {".venv/bin/ruff", "exercises/pytest.py"}
    assert sorted(found.scripts | found.setters) == ["ci.env", "ruff"]
    assert sorted(found.path_writers) == ["scripts/set.sh"]
    assert sorted(found.actions) == ["ci"]
    assert checks_counted(scripts=found.scripts) == ["mypy"]
    assert checks_counted(path_writers=found.path_writers) == []
