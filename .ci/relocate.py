"""Let the scripts of a virtual environment that was moved begin with the Python of its new folder.

`python .ci/relocate.py VENV`. pip writes the absolute path of the interpreter into the first line
of each script, or, for a path with a blank or of more than 127 bytes, into a line of `sh`:
https://packaging.python.org/en/latest/specifications/entry-points/#use-for-scripts
"""

import os
import re
import sys
from pathlib import Path

PLAIN = rb"#!(?P<plain>/[^\n]*/\.venv/bin/python[\d.]*)\n"
BY_SHELL = (
    rb"#!/bin/sh\n'''exec' \"?(?P<quoted>/[^\n\"]*/\.venv/bin/python[\d.]*)\"? [^\n]*\n' '''\n"
)
HEAD = re.compile(rb"\A(?:%s|%s)" % (PLAIN, BY_SHELL))
LONGEST = 127  # bytes of a first line that every kernel reads


def head(python: bytes) -> bytes:
    """The first lines of a script that this interpreter runs."""
    plain = b"#!" + python + b"\n"
    if b" " not in python and len(plain) <= LONGEST:
        return plain
    return b"#!/bin/sh\n'''exec' \"" + python + b'" "$0" "$@"\n\' \'\'\'\n'


def relocate(folder: Path) -> None:
    """Rewrite the first lines of each script in the environment's bin/; its mode stays."""
    for path in sorted((folder / "bin").iterdir()):
        if path.is_symlink() or not path.is_file():
            continue
        data = path.read_bytes()
        if found := HEAD.match(data):
            name = (found["plain"] or found["quoted"]).rpartition(b"/")[2]
            path.write_bytes(head(os.fsencode(folder / "bin") + b"/" + name) + data[found.end() :])


if __name__ == "__main__":
    relocate(Path(sys.argv[1]))
