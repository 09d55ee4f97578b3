"""A contained command is over when nothing of it runs any more."""

from checks.tests.support.borders import OWN_SANDBOX, make_border, needs_sandbox
from checks.tests.support.running_commands import command_lines

ASLEEP = "4343.4343"
"""The argument of a `sleep` that no other program starts."""
LEAVE = f"for number in $(seq 60); do setsid sleep {ASLEEP} >/dev/null 2>&1 & done"


@needs_sandbox
def test_what_a_command_has_left_behind_is_dead_when_it_returns() -> None:
    """Bubblewrap ends with the command, and the kernel kills the rest a moment later."""
    with make_border(OWN_SANDBOX) as border:
        left = []
        for _ in range(5):
            border.run(["/bin/sh", "-c", LEAVE], {}, None, 20)
            left += sleeping()

        assert left == []


def sleeping() -> list[str]:
    """The command lines with that argument on this machine."""
    return [line for line in command_lines() if ASLEEP in line]
