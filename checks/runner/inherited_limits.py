"""The shell's limits on processes (`ulimit`), which every app and server of a run inherits.

One that is too low ends an honest app in the middle, and looks like the app's own fault. The soft
limits are raised to the hard ones; a hard limit that is too low is refused before anything runs.
"""

import contextlib
import resource
import signal
from dataclasses import dataclass

from checks.errors import CourseError

GIB = 1 << 30


@dataclass(frozen=True)
class ShellLimit:
    """A limit by its number in setrlimit(2), its letter in `ulimit`, and what a run needs of it.

    `unit` is how many of the kernel's units one of `ulimit`'s is.
    """

    number: int
    letter: str
    meaning: str
    needed: int
    unit: int = 1

    def raise_soft(self) -> None:
        """Raise what the shell has set to what is needed, as far as the hard limit lets it."""
        soft, hard = resource.getrlimit(self.number)
        wanted = self.needed if hard == resource.RLIM_INFINITY else min(self.needed, hard)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(self.number, (wanted, hard))

    def problem(self) -> str:
        """Why nothing can be judged with the limit; "" for one that is high enough."""
        soft, _ = resource.getrlimit(self.number)
        if soft == resource.RLIM_INFINITY or soft >= self.needed:
            return ""
        return (
            f"the shell's limit on {self.meaning} is too low for a run: ulimit -{self.letter} is "
            f"{soft // self.unit}, {self.needed // self.unit} is needed; open another shell"
        )


LIMITS = (
    ShellLimit(resource.RLIMIT_NOFILE, "n", "open files", 1024),
    ShellLimit(resource.RLIMIT_NPROC, "u", "processes", 512),
    ShellLimit(resource.RLIMIT_FSIZE, "f", "the size of a file", GIB, 1024),
    ShellLimit(resource.RLIMIT_AS, "v", "memory addresses", 8 * GIB, 1024),
    ShellLimit(resource.RLIMIT_DATA, "d", "data in memory", 4 * GIB, 1024),
    ShellLimit(resource.RLIMIT_CPU, "t", "CPU time", 3600),
)


def prepare_process() -> None:
    """Take back what the caller may have set: soft limits, and a SIGCHLD that is ignored.

    With that signal ignored the kernel throws the exit status of every child away.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for limit in LIMITS:
        limit.raise_soft()


def require_limits() -> None:
    """Raises CourseError for a limit of the shell that is too low."""
    for limit in LIMITS:
        if problem := limit.problem():
            raise CourseError(problem)
