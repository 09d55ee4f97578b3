"""Submissions whose files are an attack: links, pipes, devices, sizes, depths and names."""

import os
import shutil
import socket
from contextlib import suppress
from pathlib import Path

from checks.tests.support.hostile.submission import Hostile

LONG = "x" * 252 + ".py"
NAMES = ("a\nb.py", "\x1b[2J.py", "\u202eyp.x", "=1+1.py", "-rf.py", "@SUM(A1).py", " .py")


def _socket(day: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        here = os.open(".", os.O_RDONLY)
        os.chdir(day / "app")
        try:
            listener.bind("s.py")
        finally:
            os.fchdir(here)
            os.close(here)


def _device(day: Path) -> None:
    with suppress(OSError):  # only root may
        os.mknod(day / "app" / "zero.py", 0o20666, os.makedev(1, 5))


def _deep(day: Path) -> None:
    folder = day / "app"
    for _ in range(120):
        folder /= "d"
        folder.mkdir()
    (folder / "x.py").touch()


def _sparse(day: Path) -> None:
    with (day / "app" / "huge.py").open("wb") as file:
        file.truncate(8 << 30)


def _file_for_folder(day: Path) -> None:
    shutil.rmtree(day / "app" / "api", ignore_errors=True)
    (day / "app" / "api").write_text("no folder")


def _link(name: str, target: str) -> Hostile:
    def plant(day: Path) -> None:
        path = day / name
        path.unlink(missing_ok=True)
        path.symlink_to(target)

    return Hostile(plant=plant)


ODD_FILES: dict[str, Hostile] = {
    "link in the place of main.py": _link("app/main.py", "/etc/passwd"),
    "link to the solution": _link("app/rule.py", "../../../../course/solutions"),
    "link to the root": _link("app/everything", "/"),
    "link to itself": _link("app/loop.py", "loop.py"),
    "link to a device": _link("app/zero.py", "/dev/zero"),
    "pipe": Hostile(plant=lambda day: os.mkfifo(day / "app" / "pipe.py")),
    "socket": Hostile(plant=_socket),
    "file in the place of a folder of the day's": Hostile(plant=_file_for_folder),
    "device": Hostile(plant=_device),
    "file of 8 GiB without bytes": Hostile(plant=_sparse),
    "folders 120 deep": Hostile(plant=_deep),
    "names of control characters": Hostile(files={f"app/{name}": b"x = 1\n" for name in NAMES}),
    "name of 255 bytes": Hostile(files={f"app/{LONG}": b"x = 1\n"}),
    "bytes that are no text": Hostile(files={"app/main.py": b"\xff\xfe\x00" * 1000}),
    "source 10000 brackets deep": Hostile(
        files={"app/deep.py": b"(" * 10000 + b")" * 10000}, before="import app.deep\n"
    ),
    "program with the bits of another user": Hostile(
        files={"app/run": b"#!/bin/sh\nid\n"}, plant=lambda day: (day / "app/run").chmod(0o6777)
    ),
    "module of a million blank lines": Hostile(files={"app/blank.py": b"\n" * 1000000}),
}
