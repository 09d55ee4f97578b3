"""A command that installs Python packages, with pip or with uv: its versions and its groups."""

from collections.abc import Sequence
from itertools import pairwise

from checks.harness.artefacts.invocation import Invocation
from checks.harness.artefacts.shell_script import Command

INSTALLERS = {"uv", "pip", "setuptools", "wheel"}
DEVELOPMENT = ("pytest", "ruff", "mypy", "dev", "--all-groups", "--all-extras")
# With these, uv takes what the lock says; pip's way is --require-hashes.
LOCKED = {"--frozen", "--locked", "--require-hashes"}
# Options with which nothing is installed, and those that install where no program looks by itself.
INSTALLS_NOTHING = {"--dry-run", "--help", "-h", "--version", "-V", "--check"}
ELSEWHERE = ("--target", "-t", "--prefix", "--root")
REQUIREMENTS = ("-r", "--requirement", "--requirements", "-c", "--constraint", "--constraints")
UV_COMMANDS = (("sync",), ("pip", "sync"), ("pip", "install"))
# Options before the subcommand that take the next word along.
VALUED = {"--python", "--directory", "--project", "--cache-dir", "--config-file", "--log"}
VALUED |= {"--proxy", "--timeout", "--retries", "--color"}
NO_DEVELOPMENT = {"--no-dev", "--no-default-groups", "--only-group"}


def is_unlocked(command: Command) -> bool:
    """Whether what it installs depends on the day. An installer may be of any version."""
    words = list(command.words)
    if LOCKED & set(words):
        return False
    named = words[words.index("install") + 1 :] if "install" in words else []
    return not named or not {word for word in named if not word.startswith("-")} <= INSTALLERS


def is_for_development(command: Command) -> bool:
    """Whether it installs a test runner, a linter or the group `dev`, by name or by default."""
    if any(word.strip(".[]\"'") in DEVELOPMENT for word in command.words):
        return True
    return command.starts_with("uv", "sync") and not NO_DEVELOPMENT & set(command.words)


def installs_something(started: Invocation) -> bool:
    """Whether pip, uv or pip-sync is told to install: `echo pip install` is another program."""
    return bool(_subcommand(started.words)) and not INSTALLS_NOTHING & set(started.words)


def installs_from_file(started: Invocation) -> bool:
    """Whether what it installs is named by a file: by uv's own lock, or by one on its line."""
    named = _subcommand(started.words)
    is_named = named in (("sync",), ("pip", "sync")) or bool(started.values(*REQUIREMENTS))
    return is_named and installs_something(started)


def installs_beside(started: Invocation) -> bool:
    """Whether the packages go into a folder of their own, which Python does not search."""
    options = (word.partition("=")[0] for word in started.words)
    return any(option in ELSEWHERE for option in options)


def _subcommand(words: Sequence[str]) -> tuple[str, ...]:
    """`("install",)` of pip, `("sync",)` or `("pip", "install")` of uv; () for anything else."""
    program, *rest = words or ("",)
    if program == "pip-sync" or (program == "piptools" and rest[:1] == ["sync"]):
        return ("sync",)
    plain = tuple(
        word for before, word in pairwise(("", *rest)) if word[:1] != "-" and before not in VALUED
    )
    if program.rstrip("0123456789.") == "pip":
        return plain[:1] if plain[:1] == ("install",) else ()
    if program != "uv":
        return ()
    return next((each for each in UV_COMMANDS if plain[: len(each)] == each), ())
