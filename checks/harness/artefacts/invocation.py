"""What a command line of a workflow starts: the program with its arguments and its variables."""

import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from checks.harness.artefacts.narrowing import SETTINGS, narrows
from checks.harness.artefacts.repository_files import relative_path
from checks.harness.artefacts.shell_script import Command

# Words that start the program which follows them.
LAUNCHERS = (
    *(("uv", "run"), ("uv", "tool", "run"), ("uvx",), ("pipx", "run"), ("poetry", "run")),
    *(("env",), ("exec",), ("time",), ("command",), ("nice",), ("sudo",), ("builtin",)),
)
APART = {("uv", "tool", "run"), ("uvx",), ("pipx", "run")}
"""Launchers that give the program an environment of its own."""
PYTHON = re.compile(r"python(3(\.\d+)?)?")
PYTHON_OPTIONS_WITH_VALUE = ("-X", "-W")
# Options with which a command exits with 0 whatever it finds, or judges nothing.
NO_VERDICT = {
    *("--exit-zero", "--collect-only", "--co", "--no-cov", "--allow-untyped-defs"),
    *("--cov-fail-under=0", "--sql", "--dry-run", "--help", "--version"),
    *("-e", "-h", "-V", "--show-files", "--show-settings", "--add-noqa", "--setup-plan"),
    *("--fixtures", "--markers", "--cache-show"),
}
# Options of a launcher, and of Python, with which it starts nothing.
STARTS_NOTHING = {"--help", "--version", "--dry-run", "-h", "-V", "-VV", "-?"}
QUERIES: dict[tuple[str, ...], re.Pattern[str]] = {
    ("command",): re.compile(r"-p?[vV]+p?"),
    ("sudo",): re.compile(r"-[lvkK]+|--list|--validate|--reset-timestamp"),
}
HOOK_OPTIONS_WITH_VALUE = ("-c", "--config", "--color", "--hook-stage")


@dataclass(frozen=True)
class Invocation:
    """A program and its arguments, with the variables that it sees; `python -m X` is `X`.

    `folder` is that of the program, or of the Python that runs the module; "" for a bare name.
    `is_elsewhere` says that it may be started in another folder than the project, `is_apart` that
    it has an environment of its own.
    """

    words: tuple[str, ...]
    env: Mapping[str, Any]
    folder: str = ""
    is_module: bool = False
    is_elsewhere: bool = False
    is_apart: bool = False

    def runs(self, program: str, *words: str) -> bool:
        """Whether it is this program with these words, and gives a verdict on the project."""
        given = set(self.words)
        corrects = "--fix" in given and "--exit-non-zero-on-fix" not in given
        given |= set(str(self.env.get("PYTEST_ADDOPTS", "")).split())
        is_program = self.words[:1] == (program,) and set(words) <= given
        is_part = self.is_elsewhere or narrows(self.words, self.env)
        return is_program and not corrects and not NO_VERDICT & given and not is_part

    def values(self, *names: str) -> list[str]:
        """The values of an option by its names: `-r x`, `-rx`, `--requirement=x`."""
        found = [after for word, after in pairwise((*self.words, "")) if word in names]
        for word in self.words:
            for name in names:
                sign = "=" if name.startswith("--") else ""
                if word.startswith(name + sign) and word != name:
                    found.append(word.removeprefix(name + sign))
        return [relative_path(each) for each in found]

    @property
    def runs_all_hooks(self) -> bool:
        """Whether it is `pre-commit run` on all files, with no hook named or skipped."""
        if not self.runs("pre-commit", "run") or self.env.get("SKIP"):
            return False
        options = self.words[self.words.index("run") + 1 :]
        settings = {w for b, w in pairwise(self.words) if b in ("-c", "--config")}
        settings |= {w.partition("=")[2] for w in self.words if w.startswith("--config=")}
        hooks = [
            word
            for before, word in zip(("", *options), options, strict=False)
            if not word.startswith("-") and before not in HOOK_OPTIONS_WITH_VALUE
        ]
        return bool({"-a", "--all-files"} & set(options)) and not hooks and settings <= SETTINGS

    @property
    def migration(self) -> tuple[str, ...]:
        """`("upgrade", "head")`, `("downgrade", "base")`, `("check",)`; `()` for anything else."""
        if self.runs("app.cli", "migrate"):
            return ("upgrade", "head")
        steps = (("upgrade", "head"), ("upgrade", "heads"), ("downgrade", "base"), ("check",))
        step = next((each for each in steps if self.runs("alembic", *each)), ())
        return ("upgrade", "head") if step == ("upgrade", "heads") else step


def invocation(command: Command, env: Mapping[str, Any]) -> Invocation:
    """What the command starts, where `env` holds unless the command says otherwise."""
    assigned = len(command.words) - len(command.without_variables)
    words, own = list(command.words[assigned:]), dict(env)
    own |= {name: value for name, _, value in (w.partition("=") for w in command.words[:assigned])}
    words, is_apart = _behind_launchers(words, own)
    program = _program(words)
    is_module = bool(words) and program[:1] != (posixpath.basename(words[0]),)
    folder = posixpath.dirname(words[0]) if words else ""
    return Invocation(program, own, folder, is_module, is_apart=is_apart)


def _behind_launchers(words: list[str], own: dict[str, Any]) -> tuple[list[str], bool]:
    """The words behind the launchers, and whether one gives an environment of its own.

    What is assigned on the way goes into `own`.
    """
    is_apart = False
    while words:
        name, sign, value = words[0].partition("=")
        launcher = next((each for each in LAUNCHERS if tuple(words[: len(each)]) == each), ())
        if sign and name.isidentifier():
            own[name] = value
            words = words[1:]
        elif launcher:
            options = list(_leading_options(words[len(launcher) :]))
            if _starts_nothing(launcher, options) or any(map(_names_path, options)):
                break
            words = words[len(launcher) + len(options) :]
            is_apart |= launcher in APART
        else:
            break
    return words, is_apart


def _names_path(option: str) -> bool:
    """Whether an option's value is a path: `uv run --with=./x` starts a program from there."""
    value = option.partition("=")[2]
    return value not in ("", ".") and (value[0] == "." or "/" in value)


def _starts_nothing(launcher: tuple[str, ...], options: list[str]) -> bool:
    """Whether the launcher only tells something, as `command -v ruff` does."""
    queries = QUERIES.get(launcher)
    asks = queries is not None and any(map(queries.fullmatch, options))
    return asks or bool(STARTS_NOTHING & set(options))


def _program(words: list[str]) -> tuple[str, ...]:
    """The words with the bare name of the program first: without folder, without `python -m`."""
    if not words:
        return ()
    name = words[0].rsplit("/", 1)[-1]
    if PYTHON.fullmatch(name):
        options = list(_leading_options(words[1:]))
        rest = words[1 + len(options) :]
        if options[-1:] == ["-m"] and rest and not STARTS_NOTHING & set(options):
            return (rest[0].replace("_", "-"), *rest[1:])
    return (name, *words[1:])


def _leading_options(words: Iterable[str]) -> Iterable[str]:
    """The options before the first other word; `-X` and `-W` take the next word along."""
    before = ""
    for word in words:
        if before == "-m" or not (word.startswith("-") or before in PYTHON_OPTIONS_WITH_VALUE):
            return
        yield word
        before = word
