"""The program that the command of a container starts: behind init programs, scripts and shells."""

import re
from collections.abc import Callable, Sequence
from itertools import takewhile

from checks.harness.artefacts.health_check import SILENT, TELLS_OF_ITSELF, calls_nothing
from checks.harness.artefacts.instruction import SHELLS
from checks.harness.artefacts.invocation import Invocation, invocation
from checks.harness.artefacts.shell_script import Command, commands

ReadScript = Callable[[str], str | None]
"""The text of the shell script at a path of the image; None for what cannot be read."""

INIT = {"tini", "dumb-init", "docker-init", "catatonit"}
INIT_OPTIONS_WITH_VALUE = {"-e", "-p", "-r", "--rewrite"}
CHANGES_USER = {"gosu", "su-exec"}
SERVERS = {"uvicorn", "gunicorn", "hypercorn", "granian", "daphne", "fastapi"}
NAMES_APP = re.compile(r"[\w./]+:\w+(\(.*\))?|\.?/?app([./].*)?")
SERVING = {"serve", "server", "run", "start"}
ARGUMENTS = {"$@", "${@}", "$*", "${*}"}
MAX_DEPTH = 5
CELERY_VALUES = {
    *("-A", "--app", "-b", "--broker", "--result-backend", "--loader", "--config", "--workdir"),
}


def started_program(words: Sequence[str], read_script: ReadScript, depth: int = 0) -> Invocation:
    """What runs in the end. A script's program is what it `exec`s last, else its last command."""
    name = words[0].rpartition("/")[2] if words else ""
    text = read_script(words[0]) if words else None
    inner: Sequence[str] | None = None
    if name in INIT:
        inner = _behind_options(words[1:], INIT_OPTIONS_WITH_VALUE)
    elif name in CHANGES_USER:
        inner = words[2:]
    elif name in SHELLS:
        inner = _of_shell(words[1:], read_script)
    elif text is not None:
        inner = _of_script(text, words[1:])
    if inner and depth < MAX_DEPTH:
        return started_program(inner, read_script, depth + 1)
    started = invocation(Command(tuple(words), ""), {})
    is_changed = started.words and started.words[0] != name and depth < MAX_DEPTH
    if is_changed and not started.is_module:  # behind `env`, `exec`, `uv run`
        return started_program(started.words, read_script, depth + 1)
    return started


def starts_server(words: Sequence[str], read_script: ReadScript) -> bool:
    """Whether it starts a server with the app, by whatever server program or module of the app."""
    started = started_program(words, read_script)
    program, *arguments = started.words or ("",)
    if is_idle(started) or program in ("celery", *SHELLS):
        return False
    if started.is_module and program not in SERVERS:
        return program.split(".")[0] == "app"
    if program.startswith("python"):
        return "-c" in arguments or any(word.endswith(".py") for word in arguments)
    if program in SERVERS:
        configured = program in ("fastapi", "gunicorn", "hypercorn") and bool(arguments)
        return configured or any(map(NAMES_APP.fullmatch, arguments))
    later = next((i for i, w in enumerate(arguments, 1) if _name(w) in SERVERS), 0)
    if later:  # `opentelemetry-instrument uvicorn …`
        return starts_server(started.words[later:], read_script)
    is_argument = program[:1] == "-" or NAMES_APP.fullmatch(program)  # of the image's ENTRYPOINT
    return not arguments or arguments[0] in SERVING or bool(is_argument)


def started_module(words: Sequence[str], read_script: ReadScript) -> list[str]:
    """The module of the app that it runs with `python -m`, and its arguments; [] for none."""
    started = started_program(words, read_script)
    program, *arguments = started.words or ("",)
    is_of_app = started.is_module and program.split(".")[0] == "app"
    return [program.replace("-", "_"), *arguments] if is_of_app else []


def starts_worker(words: Sequence[str], app: str, read_script: ReadScript) -> bool:
    """Whether it is `celery -A APP worker`, which stays in the foreground."""
    started = started_program(words, read_script)
    if is_idle(started):
        return False
    found = next((i for i, word in enumerate(started.words) if _name(word) == "celery"), None)
    if found is None:
        return False
    celery = Invocation(started.words[found:], {})
    plain = _behind_options(celery.words[1:], CELERY_VALUES)
    names_app = any(app in value for value in celery.values("-A", "--app"))
    is_worker = plain[:1] == ["worker"] and not {"-D", "--detach"} & set(plain)
    return is_worker and names_app


def is_idle(started: Invocation) -> bool:
    """Whether the program serves nobody, whatever its arguments are: `sleep`, `echo uvicorn`."""
    program, *arguments = started.words or ("",)
    if program.startswith("python") and "-c" in arguments[:-1]:
        return calls_nothing(arguments[arguments.index("-c") + 1])
    return program in SILENT or bool(TELLS_OF_ITSELF & set(arguments))


def _behind_options(words: Sequence[str], valued: set[str]) -> list[str]:
    """The words behind the options, and behind `--`."""
    rest = list(words)
    while rest and rest[0][:1] == "-":
        taken = 2 if rest[0] in valued else 1
        if rest[0] == "--":
            return rest[1:]
        rest = rest[taken:]
    return rest


def _of_shell(words: Sequence[str], read_script: ReadScript) -> list[str] | None:
    """The program of `sh -c SCRIPT NAME ARGUMENTS` or of `sh FILE ARGUMENTS`."""
    options = list(takewhile(lambda word: word[:1] in ("-", "+"), words))
    rest = list(words[len(options) :])
    if any(option[:2] != "--" and "c" in option for option in options):
        return _of_script(rest[0], rest[2:]) if rest else None
    text = read_script(rest[0]) if rest else None
    return None if text is None else _of_script(text, rest[1:])


def _of_script(text: str, arguments: Sequence[str]) -> list[str] | None:
    """The words of the command that is still there at the end of the script; None for none."""
    found = [each for each in commands(text) if each.plain.words]
    for each in found:
        is_exec = each.plain.words[0] == "exec" and len(each.plain.words) > 1
        never_ends = each.plain.words[0] in ("sleep", "tail") and not _ends_by_itself(each)
        if not each.is_nested and (is_exec or never_ends or each.plain.words[0] == "exit"):
            return _with_arguments(each, arguments)
    replacing = [each for each in found if each.plain.words[0] == "exec"]
    last = (replacing or found)[-1:]
    return _with_arguments(last[0], arguments) if last else None


def _ends_by_itself(command: Command) -> bool:
    """Whether `sleep` or `tail` ends by itself."""
    return not {"infinity", "inf", "-f", "-F"} & set(command.plain.words[1:])


def _with_arguments(command: Command, arguments: Sequence[str]) -> list[str]:
    """The words of the command, without `exec`, and the script's own arguments for `$@`."""
    words = [word for word in command.plain.words if word != "exec"]
    replaced: list[str] = []
    for word in words:
        replaced += arguments if word in ARGUMENTS else [word]
    return replaced


def _name(word: str) -> str:
    return word.rpartition("/")[2]
