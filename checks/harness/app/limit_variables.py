"""Variables of the caller's shell that change a limit, and so perhaps a verdict.

Their values are part of a graded cell's name, `checks grade` refuses values that take points from
honest work, and `checks doctor` lists those that are set.
"""

import math
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass

from checks.errors import CourseError

ENGINE = "EVENTURE_ENGINE"
ENGINE_LEFT_OUT = f"verify leaves the Docker engine out; {ENGINE}=on takes it in"
"""Why a test that needs an engine was skipped, where one may answer."""
OTHERS = {
    ENGINE: "whether a Docker engine runs the tests that need one",
    "EVENTURE_IDLE_MINUTES": "how long unused services live",
    "EVENTURE_IN_MEMORY": "whether PostgreSQL's files lie in memory",
    "EVENTURE_FAULT_SEED": "which faults are put into a copy of your code (4.4, 4.5)",
    "EVENTURE_QUEUE": "the broker of checks grade and checks worker",
    "EVENTURE_STORE": "where checks grade and checks worker exchange files",
}
"""Further settings by name; the value of each is read where it is needed."""
PASSWORD = re.compile(r"//[^/@]*@")
"""The user and the password of an address, which nobody prints (RFC 3986, 3.2.1)."""


@dataclass(frozen=True)
class LimitVariable:
    """A timeout in seconds; a graded submission gets at least `minimum`."""

    name: str
    default: float
    minimum: float
    meaning: str

    @property
    def is_set(self) -> bool:
        """Whether the caller's shell has a value for it; an empty one is none."""
        return bool(os.environ.get(self.name))

    @property
    def seconds(self) -> float:
        """The value, or the default. Raises CourseError for what is no time."""
        text = os.environ.get(self.name) or str(self.default)
        try:
            seconds = float(text)
        except ValueError:
            seconds = 0.0
        if not math.isfinite(seconds) or seconds <= 0:
            raise CourseError(f"{self.name}={text} is no number of seconds above 0; unset it")
        return seconds

    @property
    def seconds_or_default(self) -> float:
        """The value, or the default for what is no time; `require_seconds` tells of that one."""
        try:
            return self.seconds
        except CourseError:
            return self.default

    def problem(self) -> str:
        """Why nothing is graded with the value; "" for one that is long enough."""
        try:
            if self.seconds >= self.minimum:
                return ""
        except CourseError as error:
            return str(error)
        return (
            f"{self.name}={self.seconds:g} takes points from honest work: "
            f"unset it, or set at least {self.minimum:g}"
        )


REQUEST = LimitVariable(
    "EVENTURE_REQUEST_SECONDS", 10, 5, "how long the app may take to answer a request"
)
START = LimitVariable("EVENTURE_START_SECONDS", 20, 10, "how long the app may take to start")
LIMITS = (REQUEST, START)


def require_seconds() -> None:
    """Raises CourseError for a limit that is no time."""
    for limit in LIMITS:
        _ = limit.seconds


def require_for_grading() -> None:
    """Raises CourseError for a limit with which honest work would lose points."""
    for limit in LIMITS:
        if problem := limit.problem():
            raise CourseError(f"Nothing was graded: {problem}")


def deciding_values(*, contained: bool) -> tuple[float | str, ...]:
    """What the variables make of a verdict; a contained run never uses a Docker engine."""
    engine = "" if contained else os.environ.get(ENGINE, "")
    return (*(limit.seconds for limit in LIMITS), engine)


def set_variables() -> Iterator[tuple[str, str, str, str]]:
    """Name, value, meaning and problem of each variable that is set."""
    for limit in LIMITS:
        if limit.is_set:
            yield limit.name, os.environ[limit.name], limit.meaning, limit.problem()
    for name, meaning in OTHERS.items():
        if value := os.environ.get(name):
            yield name, PASSWORD.sub("//…@", value), meaning, ""
