"""Attacks on the border's own bounds: output, time, and folders that nobody can delete."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from checks.course.course import Text
from checks.harness.app.border import Border
from checks.harness.errors import AppHangs, TooMuchOutput
from checks.sandbox.tree_removal import remove_tree

TIMEOUT_SECONDS = 120.0
SHORT_TIMEOUT_SECONDS = 1.0
DEPTH = 1500


@dataclass(frozen=True)
class EndlessAttack:
    """The name of an attack, its Python, and a run of it that returns whether it succeeds."""

    name: Text
    source: str
    run: Callable[[Border, str], bool]


def _prints_all(border: Border, source: str) -> bool:
    try:
        border.run(border.python("-c", source), {}, None, TIMEOUT_SECONDS)
    except TooMuchOutput:
        return False
    except AppHangs:
        pass
    return True


def _runs_on(border: Border, source: str) -> bool:
    try:
        border.run(border.python("-c", source), {}, None, SHORT_TIMEOUT_SECONDS)
    except AppHangs:
        return False
    return True


def _stays(border: Border, source: str) -> bool:
    with suppress(TooMuchOutput, AppHangs):
        border.run(border.python("-c", source, border.inside(".")), {}, None, TIMEOUT_SECONDS)
    remove_tree(border.scratch)
    return border.scratch.exists()


ENDLESS = (
    EndlessAttack(
        Text("prints without end", "печатает без конца"),
        "while True: print('x' * 65536)",
        _prints_all,
    ),
    EndlessAttack(
        Text("ignores each signal, and sleeps", "игнорирует все сигналы и спит"),
        "import signal, time\n"
        "for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:\n"
        "    signal.signal(number, signal.SIG_IGN)\n"
        "while True: time.sleep(60)",
        _runs_on,
    ),
    EndlessAttack(
        Text("leaves folders too deep to delete", "оставляет слишком глубокие каталоги"),
        "import os, sys\n"
        "os.chdir(sys.argv[1])\n"
        f"for _ in range({DEPTH}):\n"
        "    os.mkdir('d' * 255); os.chdir('d' * 255)\n"
        "os.chmod('.', 0)",
        _stays,
    ),
)
