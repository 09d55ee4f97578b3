"""Submissions in git: a URL, or a bare repository on this machine, becomes a shallow clone.

No code of the repository runs: no hook, no filter, no submodule. A repository on this machine is
cloned without any git configuration; for another host git reads yours, which has the login.
"""

import os
import re
import subprocess
from pathlib import Path

from checks.errors import CourseError

TIMEOUT_SECONDS = 120
URL = re.compile(r"(https?|ssh|git|file)://|[\w.-]+@[\w.-]+:")
# A login in a URL must not reach the gradebook.
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
WITHOUT_CONFIGURATION = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}


def is_url(source: str) -> bool:
    """Whether the source is a URL for git, not a path."""
    return URL.match(source) is not None


def is_bare(folder: Path) -> bool:
    """Whether a folder is a repository without a work tree."""
    return (folder / "HEAD").is_file() and all(
        (folder / name).is_dir() for name in ("objects", "refs")
    )


def clone(source: str, target: Path) -> None:
    """Clone the source. Raises CourseError with the message of git."""
    safe_url = LOGIN.sub("://", source)
    local = not is_url(source) or source.startswith("file://")
    address = source if is_url(source) else Path(source).absolute().as_uri()
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    noninteractive = {"GIT_TERMINAL_PROMPT": "0", "GIT_LFS_SKIP_SMUDGE": "1", "LC_ALL": "C"}
    try:
        result = subprocess.run(
            ["git", *SETTINGS, *CLONE, address, str(target)],
            env={**inherited, **noninteractive, **(WITHOUT_CONFIGURATION if local else {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except FileNotFoundError:
        raise CourseError(
            "git is missing; install it, or clone elsewhere and name the folder"
        ) from None
    except subprocess.TimeoutExpired:
        raise CourseError(
            f"{safe_url} was not cloned within {TIMEOUT_SECONDS} s; clone it yourself"
        ) from None
    if result.returncode != 0:
        lines = LOGIN.sub("://", result.stderr).strip().splitlines()
        message = (lines or ["git gave no reason"])[-1]
        raise CourseError(
            f"{safe_url} cannot be cloned ({message}); look at the address, or clone it yourself"
        )
