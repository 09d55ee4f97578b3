"""Turn a forked child of a zygote into the Python program that was asked for.

`python -I -B` with the libraries already loaded. This file imports nothing of the checker: the
zygote in a sandbox (`checks/harness/app/sandbox_zygote_server.py`) has it mounted beside itself,
and without a zygote Python starts it as a script.

A program of the learner's side has no terminal: a breakpoint is passed over and named, and `input`
at the end of its file says what to do instead.
"""

import atexit
import builtins
import contextlib
import importlib
import os
import runpy
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import TypedDict

LIBRARIES = {
    "fastapi": (
        *("fastapi", "fastapi.openapi.utils", "uvicorn", "uvicorn.protocols.http.h11_impl"),
        *("uvicorn.lifespan.on", "uvicorn.loops.asyncio", "uvicorn.protocols.websockets.auto"),
        *("anyio._backends._asyncio", "multipart", "pydantic.v1"),
        *("email_validator", "importlib.readers"),
    ),
    "sqlalchemy": (
        *("sqlalchemy.orm", "sqlalchemy.dialects.postgresql.psycopg", "psycopg"),
        *("sqlalchemy.ext.associationproxy", "sqlite3"),
    ),
    "alembic": ("alembic.command", "alembic.config", "tomllib"),
    "pydantic_settings": ("pydantic_settings",),
    "jwt": ("jwt",),
    "pwdlib": ("pwdlib.hashers.bcrypt",),
    "redis": ("redis",),
    "limits": (
        *("limits.aio.storage", "limits.aio.strategies", "limits.storage", "limits.strategies"),
    ),
    "slowapi": ("slowapi",),
    "celery": (*("celery", "celery.app.amqp", "celery.backends.redis", "kombu.transport.redis"),),
    "strawberry": ("strawberry", "strawberry.extensions", "strawberry.fastapi"),
}
"""What the taught backend is built from: by the package that it imports, all that is loaded for it.

None of them reads the environment when it is loaded, but two: psycopg reads PSYCOPG_IMPL and
PSYCOPG_WAIT_FUNC, websockets its limits (WEBSOCKETS_...), and no process of an app has these.
prometheus_client is left out: it reads PROMETHEUS_MULTIPROC_DIR.
"""


LAUNCHER = "launcher.py"
"""The script that serves the app; any other program is a command that a person would type."""
NO_TERMINAL = "a test run has no terminal"


class ProgramRequest(TypedDict):
    """What to run: the words that follow `python -I -B`, the folder, the whole environment."""

    argv: list[str]
    cwd: str
    env: dict[str, str]


def preload(packages: Iterable[str]) -> None:
    """Load what belongs to these packages; a library that is not installed is left out."""
    importlib.import_module("pdb")
    for name in chain.from_iterable(LIBRARIES.get(package, (package,)) for package in packages):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


def prepare(request: ProgramRequest, descriptors: Sequence[int]) -> None:
    """Take the signals, the three standard files, the folder and the environment of the program.

    Nothing of the zygote's environment stays. The process leads a session of its own already.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    time.tzset()


def run(argv: Sequence[str]) -> int:
    """Run what follows `python -I -B`: `-c CODE`, `-m MODULE` or a script; its exit status."""
    do_without_terminal()
    try:
        match list(argv):
            case ["-c", code, *rest]:
                sys.argv = ["-c", *rest]
                exec(code, _main_module().__dict__)  # noqa: S102 - `python -c` is just that
            case ["-m", module, *rest]:
                sys.argv = [module, *rest]
                runpy.run_module(module, run_name="__main__", alter_sys=True)
            case [script, *rest]:
                sys.argv = [script, *rest]
                runpy.run_path(script, run_name="__main__")
    except SystemExit as exit_request:
        return _exit_status(exit_request.code)
    except BaseException:  # noqa: BLE001 - as `python` itself would: print it and end
        sys.excepthook(*sys.exc_info())
        return 1
    return 0


def do_without_terminal() -> None:
    """Replace what would wait at a terminal: `breakpoint`, `pdb.set_trace` and `input`."""
    sys.breakpointhook = pass_over
    vars(importlib.import_module("pdb"))["set_trace"] = pass_over
    builtins.input = read_line


def pass_over(*_: object, **__: object) -> None:
    """Say where a debugger would have waited, and go on."""
    frame = traceback.extract_stack(limit=2)[0]
    place = f"{os.path.relpath(frame.filename)}:{frame.lineno}"
    print(f"breakpoint in {place}: passed over, {NO_TERMINAL}; {_by_hand()}", file=sys.stderr)


def read_line(prompt: object = "") -> str:
    """A line of standard input, as `input` reads it, after the prompt.

    Raises EOFError, with a sentence that says what to do, where there is none.
    """
    print(prompt, end="", flush=True)
    try:
        line = sys.stdin.readline()
    except (OSError, ValueError):  # pytest captures it, or it is closed
        line = ""
    if not line:
        print(flush=True)  # the prompt has no end of line
        raise EOFError(f"input: {NO_TERMINAL}; {_by_hand()}")
    return line.removesuffix("\n")


def _by_hand() -> str:
    """Which command gives the same code a terminal."""
    if not sys.argv[0].endswith(LAUNCHER):
        return 'run the command by hand after eval "$(checks services lend)"'
    day = Path.cwd().name.partition("-")[0]
    return f"`checks serve {day if day.startswith('day') else 'DAY'}` has one"


def _main_module() -> ModuleType:
    """A new `__main__`: the program finds nothing of the zygote's there."""
    sys.modules["__main__"] = ModuleType("__main__")
    return sys.modules["__main__"]


def _exit_status(code: object) -> int:
    """The exit status of `sys.exit(code)`; anything but a number is printed."""
    if code is None:
        return 0
    if isinstance(code, int):
        return code
    print(code, file=sys.stderr)
    return 1


def finish() -> None:
    """End as an interpreter does: wait for threads, call the exit handlers, write out output."""
    # neither has a public name, and `os._exit` does neither
    threading._shutdown()  # type: ignore[attr-defined]  # noqa: SLF001
    atexit._run_exitfuncs()  # noqa: SLF001
    flush()


def flush() -> None:
    """Write out what the program has printed."""
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
