"""The console of the commands: as wide as the terminal, whatever the terminal is called."""

import os
import pty
import subprocess
import sys
import termios

import pytest

from checks.terminal import console

PROGRAM = f"from {console.__name__} import open_console; print(open_console().size)"


@pytest.mark.parametrize("name", ["dumb", "xterm"])
def test_the_size_is_that_of_the_terminal(name: str) -> None:
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (15, 40))
    environment = {**os.environ, "TERM": name}
    for variable in ("COLUMNS", "LINES"):
        environment.pop(variable, None)

    command = [sys.executable, "-c", PROGRAM]
    subprocess.run(command, stdin=theirs, stdout=theirs, env=environment, check=True)

    said = os.read(ours, 200).decode()
    os.close(ours)
    os.close(theirs)
    assert said.strip() == "ConsoleDimensions(width=40, height=15)"
