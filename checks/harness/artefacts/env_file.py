"""An .env file: `NAME=value` lines, as Compose, a shell and `docker run --env-file` read them."""

import re

PORTABLE = re.compile(r"[A-Za-z_]\w*=\S*|[A-Za-z_]\w*=\"[^\"]*\"|[A-Za-z_]\w*='[^']*'")


def assignments(text: str) -> list[str]:
    """The lines that are neither comments nor empty, without the space around them."""
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def variable(assignment: str) -> str:
    """The name before the first `=`."""
    return assignment.partition("=")[0]


def is_portable(assignment: str) -> bool:
    """Whether every reader takes the line the same way: no space around `=`, none unquoted."""
    return PORTABLE.fullmatch(assignment) is not None
