"""The programs that pages run, their sections, and what each of them loads."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from checks.errors import CourseError

FOLDER = Path("docs") / "programs"
_SECTION = re.compile(r"^# %% (?P<name>[a-z]+)\n", re.MULTILINE)

_PYDANTIC = (
    "annotated-types",
    "pydantic",
    "pydantic-core",
    "typing-extensions",
    "typing-inspection",
)
_SETTINGS = (*_PYDANTIC, "pydantic-settings", "python-dotenv")
_TOKENS = ("pyjwt", "pwdlib")
_LIMITS = ("deprecated", "limits", "packaging", "wrapt")


_API = (
    *("annotated-doc", "anyio", "email-validator", "fastapi", "idna", "opentelemetry-api"),
    *("sqlalchemy", "starlette"),
)
_TESTS = (
    *("h11", "httpcore2", "httpx2", "iniconfig", "packaging", "pluggy", "pygments", "pytest"),
    *("rich", "truststore"),
)


@dataclass(frozen=True)
class Program:
    """What a page runs: its file in docs/programs, the day of its `app`, the wheels it needs.

    A program without a file asks the promises of `task`, on the day's starter.
    """

    key: str
    file: str
    day: str
    wheels: tuple[str, ...]
    task: str = ""


PROGRAMS: Mapping[str, Program] = {
    each.key: each
    for each in (
        Program(
            "n-plus-one", "n_plus_one.py", "day5-api-design", ("sqlalchemy", "typing-extensions")
        ),
        Program("tokens", "tokens.py", "day3-security", (*_SETTINGS, *_TOKENS, *_LIMITS)),
        Program(
            "event-statistics",
            "",
            "day1-architecture",
            (*_SETTINGS, *_TOKENS, *_API, *_TESTS),
            task="1.2",
        ),
    )
}


def read_sections(root: Path, program: Program) -> dict[str, str]:
    """The sections of a program by name, in their order, without what stands before the first."""
    _, *parts = _SECTION.split((root / FOLDER / program.file).read_text(encoding="utf-8"))
    names, texts = parts[::2], parts[1::2]
    return {name: text.strip() + "\n" for name, text in zip(names, texts, strict=True)}


def program_of(key: str) -> Program:
    """Raises CourseError for a key that names no program."""
    if key not in PROGRAMS:
        raise CourseError(f"no program in checks/site/pyodide is called {key!r}")
    return PROGRAMS[key]
