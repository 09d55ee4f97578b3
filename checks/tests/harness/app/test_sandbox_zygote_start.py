"""The start of the common sandbox and of the zygote in it, and their end."""

from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from checks.harness.app import sandbox_zygote
from checks.harness.app.border import CommandResult
from checks.harness.app.sandbox_zygote import SandboxZygote
from checks.harness.app.sandboxed_child import Program
from checks.tests.support.borders import (
    COMMON_SANDBOX,
    make_border,
    needs_sandbox,
)
from checks.tests.support.contained_python import run_python

pytestmark = needs_sandbox


def test_a_zygote_that_does_not_start_is_tried_once(tmp_path: Path) -> None:
    zygote = SandboxZygote()
    tried = tmp_path / "tried"
    command = ["/bin/sh", "-c", 'echo x >>"$0"', str(tried)]
    with tried.open("w") as output:
        program = Program([], "/", {}, None, output.fileno(), output.fileno())

        assert zygote.start(command, {}, program) is None
        assert zygote.start(command, {}, program) is None

    assert tried.read_text() == "x\n"


def test_without_a_zygote_python_starts_in_a_sandbox_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sandbox_zygote, "Sandbox", _refuse)

    with make_border(COMMON_SANDBOX) as border:
        assert run_python(border, "import os; print(os.getpid())").stdout == "2\n"


def _refuse(*_: object) -> None:
    raise OSError("no sandbox")


def test_the_zygote_loads_the_packages_and_nothing_of_the_checker() -> None:
    source = "import sys; print({'jwt', 'celery', 'checks'} & {*sys.modules})"
    with make_border(COMMON_SANDBOX) as border:
        loaded = replace(border, zygote=SandboxZygote(lambda: ("jwt",)))
        try:
            assert run_python(loaded, source).stdout == "{'jwt'}\n"
        finally:
            assert loaded.zygote is not None
            loaded.zygote.close()


def test_its_sandbox_outlives_the_thread_that_asked_for_it() -> None:
    """bubblewrap dies with the thread that has started it, not with the process."""
    results: list[CommandResult] = []
    with make_border(COMMON_SANDBOX) as border:
        asker = Thread(target=lambda: results.append(run_python(border, "open('/tmp/left', 'w')")))
        asker.start()
        asker.join()

        assert results == [CommandResult(0, "", "")]
        assert run_python(border, "open('/tmp/left')").returncode == 0
