"""Commands of this machine: run to their end, with what they printed."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from checks.errors import CourseError

NOT_ENDED = 124
"""The exit status of a command that was ended by its timeout, as that of timeout(1)."""


@dataclass(frozen=True)
class Outcome:
    """How a command ended, and what it wrote to both streams."""

    status: int
    output: str

    @property
    def last_line(self) -> str:
        """The last line that says something."""
        lines = [line.strip() for line in self.output.splitlines() if line.strip()]
        return lines[-1] if lines else "it printed nothing"


@dataclass(frozen=True)
class Shell:
    """Where commands run: a folder, and the complete environment."""

    folder: Path
    environment: Mapping[str, str]

    def run(self, *argv: str, timeout: float = 120, given: str | None = None) -> Outcome:
        """Run a command; `given` is what it reads. One that takes too long ends with 124."""
        try:
            done = subprocess.run(
                argv,
                cwd=self.folder,
                env=dict(self.environment),
                input=given or "",
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                timeout=timeout,
                check=False,
            )
        except subprocess.TimeoutExpired as expired:
            return Outcome(NOT_ENDED, f"not ended after {expired.timeout:g} s")
        except OSError as error:
            return Outcome(127, str(error))
        return Outcome(done.returncode, done.stdout)

    def must(self, *argv: str, timeout: float = 120, given: str | None = None) -> str:
        """What a command printed. Raises CourseError when it fails."""
        outcome = self.run(*argv, timeout=timeout, given=given)
        if outcome.status:
            raise CourseError(
                f"`{' '.join(argv)}` ended with {outcome.status}: {outcome.last_line}"
            )
        return outcome.output

    def with_variables(self, variables: Mapping[str, str]) -> "Shell":
        return Shell(self.folder, {**self.environment, **variables})

    def in_folder(self, folder: Path) -> "Shell":
        return Shell(folder, self.environment)
