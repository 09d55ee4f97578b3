"""A learner's file keeps no test for ever, and fills no memory; its errors are its own."""

import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from checks.harness.app import process_limits
from checks.harness.app.process_limits import READERS, limited_reading, was_reading
from checks.harness.errors import AppHangs
from checks.tests.support.repository import ROOT

ENDLESS = "def read():\n    while True:\n        pass\n"
BROKEN = "def read():\n    raise TypeError('expected string, got int')\n"
GREEDY = (
    "from checks.harness.app.process_limits import limit_memory\n"
    "limit_memory()\n"
    "try:\n    bytearray(3 << 30)\n"
    "except MemoryError:\n    print('refused')\n"
)


def reader(source: str, folder: str = READERS) -> Callable[[], None]:
    """The function `read` of a module that stands in the folder."""
    names: dict[str, Callable[[], None]] = {}
    exec(compile(source, f"{folder}/made_up.py", "exec"), names)  # noqa: S102 - the test's own
    return names["read"]


def test_a_reader_without_an_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_limits, "SECONDS", 0.1)

    with limited_reading(), pytest.raises(AppHangs, match="without an end"):
        reader(ENDLESS)()


def test_what_a_test_computes_itself_is_not_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_limits, "SECONDS", 0.05)

    with limited_reading():
        while time.process_time() % 0.5 < 0.4:
            pass


@pytest.mark.parametrize(("folder", "expected"), [(READERS, True), ("/elsewhere", False)])
def test_an_error_of_a_reader_is_about_the_file(folder: str, expected: bool) -> None:
    with pytest.raises(TypeError) as raised:
        reader(BROKEN, folder)()

    assert was_reading(raised.value) is expected


def test_a_test_process_has_a_bound_on_its_memory() -> None:
    done = subprocess.run(
        [sys.executable, "-c", GREEDY], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "refused"
