"""Which commands install packages, and from where."""

import pytest

from checks.harness.artefacts.invocation import Invocation, invocation
from checks.harness.artefacts.package_install import (
    installs_beside,
    installs_from_file,
    installs_something,
)
from checks.harness.artefacts.shell_script import commands

LOCK = "requirements.lock"


def started(line: str) -> Invocation:
    (command,) = commands(line)
    return invocation(command, {})


@pytest.mark.parametrize(
    "line",
    [
        f"pip install --require-hashes -r {LOCK}",
        f"/opt/venv/bin/pip3.11 --no-cache-dir install --no-deps --requirement={LOCK}",
        f"python -m pip --python .venv install -r{LOCK}",
        f"VIRTUAL_ENV=/venv uv pip sync --require-hashes {LOCK}",
        f"uv --directory . pip install --system -r {LOCK}",
        "uv sync --frozen --no-install-project",
        f"python -m piptools sync {LOCK}",
        f"pip-sync {LOCK}",
        f"pip install -c {LOCK} .",
    ],
)
def test_it_installs_what_a_file_names(line: str) -> None:
    assert installs_from_file(started(line))


@pytest.mark.parametrize(
    "line",
    [
        f"echo pip install --require-hashes -r {LOCK}",
        f'echo "pip install -r {LOCK}"',
        f": pip install -r {LOCK}",
        f"pip install --dry-run -r {LOCK}",
        f"uv pip install --dry-run -r {LOCK}",
        f"pip download -r {LOCK}",
        f"pip install --help -r {LOCK}",
        f"grep install {LOCK}",
        f"uv run echo install -r {LOCK}",
        "uv lock --check",
        "",
    ],
)
def test_it_installs_nothing(line: str) -> None:
    found = commands(line)

    assert not any(installs_something(invocation(each, {})) for each in found)


@pytest.mark.parametrize("option", ["--target /x", "--target=/x", "-t /x", "--prefix=/x"])
def test_another_folder_is_not_where_python_imports_from(option: str) -> None:
    assert installs_beside(started(f"pip install {option} -r {LOCK}"))
    assert not installs_beside(started(f"pip install -r {LOCK}"))
