"""The breakpoints that commands of this process's tests have passed over.

A command's output belongs to its test; what it says of a breakpoint is for the learner.
"""

from checks.zygote.python_program import NO_TERMINAL

_NOTED: list[str] = []


def note(errors: str) -> None:
    """Keep what a command has said of breakpoints on standard error."""
    if NO_TERMINAL in errors:
        said = (line for line in errors.splitlines() if line.startswith("breakpoint in "))
        _NOTED.extend(line for line in said if NO_TERMINAL in line)


def take() -> tuple[str, ...]:
    """What was noted since the last call, each once."""
    noted = tuple(dict.fromkeys(_NOTED))
    _NOTED.clear()
    return noted
