"""A command that installs Python packages, with pip or with uv: its versions and its groups."""

from checks.harness.artefacts.shell_script import Command

INSTALLERS = {"uv", "pip", "setuptools", "wheel"}
DEVELOPMENT = ("pytest", "ruff", "mypy", "dev", "--all-groups", "--all-extras")
# With these, uv takes what the lock says; pip's way is --require-hashes.
LOCKED = {"--frozen", "--locked", "--require-hashes"}
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
