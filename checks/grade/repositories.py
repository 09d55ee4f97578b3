"""Submissions in git: a URL, or a bare repository on this machine, becomes a shallow clone.

No code of the repository runs: no hook, no filter, no submodule. A repository on this machine is
copied first, without what it points to, and cloned without any git configuration; for another host
git reads yours, which has the login.
"""

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote

from checks.errors import CourseError
from checks.grade.checkout import has_files
from checks.grade.repository_copy import copy_repository, git_folder
from checks.services.temporary_folders import temporary_folder

TIMEOUT_SECONDS, LISTING_SECONDS = 120, 60
URL = re.compile(r"(https?|ssh|git|file)://|[\w.-]+@[\w.-]+:")
LOCAL = "file://"
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
    *("--no-recurse-submodules", "--no-checkout", "--template=", "--"),
)
CHECKOUT = ("checkout", "--quiet", "--force", "HEAD", "--")
WITHOUT_CONFIGURATION = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}


def is_url(source: str) -> bool:
    """Whether the source is a URL for git, not a path."""
    return URL.match(source) is not None


def clone(source: str, target: Path) -> None:
    """Clone the source. Raises CourseError with the message of git, or why it is refused."""
    if is_url(source) and not source.startswith(LOCAL):
        _clone(source, target, source, {})
        return
    with temporary_folder("repository") as folder:
        copy = folder / "copy.git"
        try:
            copy_repository(_local_repository(source), copy)
        except CourseError as error:
            raise _cannot_be_cloned(source, str(error)) from None
        except OSError as error:
            raise _cannot_be_cloned(source, error.strerror or "it cannot be read") from None
        _clone(copy.as_uri(), target, source, WITHOUT_CONFIGURATION)


def _local_repository(source: str) -> Path:
    """The folder of a repository on this machine, found as git finds it."""
    path = Path(unquote(source[len(LOCAL) :]) if is_url(source) else source)
    for candidate in (path, Path(f"{path}.git")):
        if folder := git_folder(candidate):
            return folder
    raise CourseError("there is no repository")


def _clone(address: str, target: Path, source: str, configuration: Mapping[str, str]) -> None:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    noninteractive = {"GIT_TERMINAL_PROMPT": "0", "GIT_LFS_SKIP_SMUDGE": "1", "LC_ALL": "C"}
    environment = {**inherited, **noninteractive, **configuration}
    git = ("git", *SETTINGS)
    _run([*git, *CLONE, address, str(target)], environment, source)
    try:
        has_commit = has_files(git, target, environment, LISTING_SECONDS)
    except CourseError as error:
        raise _cannot_be_cloned(source, str(error)) from None
    if has_commit:
        _run([*git, "-C", str(target), *CHECKOUT], environment, source)


def _run(command: list[str], environment: Mapping[str, str], source: str) -> None:
    """Run git. Raises CourseError with its last line, or why it did not end."""
    try:
        result = subprocess.run(
            command,
            env=environment,
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
            f"{_without_login(source)} was not cloned within {TIMEOUT_SECONDS} s; clone it yourself"
        ) from None
    if result.returncode != 0:
        lines = _without_login(result.stderr).strip().splitlines()
        raise _cannot_be_cloned(source, (lines or ["git gave no reason"])[-1])


def _cannot_be_cloned(source: str, reason: str) -> CourseError:
    return CourseError(
        f"{_without_login(source)} cannot be cloned ({reason}); "
        "look at the address, or clone it yourself"
    )


def _without_login(text: str) -> str:
    return LOGIN.sub("://", text)
