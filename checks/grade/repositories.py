"""Submissions that git has: a URL, or a bare repository on this machine, becomes a shallow clone.

Of what the other side may bring along nothing runs: no hook, no filter, no submodule. A repository
on this machine is cloned without any settings; for another host git uses yours, since they say how
you log in there.
"""

import os
import re
import subprocess
from pathlib import Path

from checks.errors import CourseError

SECONDS = 120
URL = re.compile(r"(https?|ssh|git|file)://|[\w.-]+@[\w.-]+:")
# A name and a token in an address are no one's business in a gradebook.
LOGIN = re.compile(r"://[^/@\s]*@")
SETTINGS = (
    *(
        "-c",
        "core.hooksPath=/dev/null",
        "-c",
        "protocol.ext.allow=never",
        "-c",
        "core.symlinks=true",
    ),
    *("-c", "core.fsmonitor=false", "-c", "gc.auto=0", "-c", "submodule.recurse=false"),
)
CLONE = (
    *("clone", "--quiet", "--no-hardlinks", "--depth", "1", "--single-branch", "--no-tags"),
    *("--no-recurse-submodules", "--template=", "--"),
)
ALONE = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}


def is_url(source: str) -> bool:
    """Whether git, and not the file system, knows what this names."""
    return URL.match(source) is not None


def is_bare(folder: Path) -> bool:
    """Whether a folder is a repository without a work tree."""
    return (folder / "HEAD").is_file() and all((folder / n).is_dir() for n in ("objects", "refs"))


def clone(source: str, target: Path) -> None:
    """Make the clone. Raises CourseError with what git said."""
    shown = LOGIN.sub("://", source)
    local = not is_url(source) or source.startswith("file://")
    address = source if is_url(source) else Path(source).absolute().as_uri()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    quiet = {"GIT_TERMINAL_PROMPT": "0", "GIT_LFS_SKIP_SMUDGE": "1", "LC_ALL": "C"}
    try:
        done = subprocess.run(
            ["git", *SETTINGS, *CLONE, address, str(target)],
            env={**kept, **quiet, **(ALONE if local else {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=SECONDS,
            check=False,
        )
    except FileNotFoundError:
        raise CourseError(
            "git is missing; install it, or clone elsewhere and name the folder"
        ) from None
    except subprocess.TimeoutExpired:
        raise CourseError(f"{shown} was not cloned within {SECONDS} s; clone it yourself") from None
    if done.returncode != 0:
        said = (LOGIN.sub("://", done.stderr).strip().splitlines() or ["git gave no reason"])[-1]
        raise CourseError(
            f"{shown} cannot be cloned ({said}); look at the address, or clone it yourself"
        )
