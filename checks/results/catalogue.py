"""The catalogue: known mistakes and valid alternatives, as patches over the solution."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from checks.course.course import Text
from checks.errors import CourseError

CATALOGUE = Path(__file__).parents[1] / "catalogue"
KINDS = ("mistakes", "alternatives")


class StalePatch(CourseError):
    """A patch of the catalogue does not fit the solution any more."""


@dataclass(frozen=True)
class Case:
    """One patch: `hint` is the question for whoever wrote this; alternatives have none."""

    task: str
    kind: str
    name: str
    title: Text
    hint: Text
    patch: str

    @property
    def id(self) -> str:
        return f"{self.task}/{self.kind}/{self.name}"


def cases(task: str, kind: str, folder: Path = CATALOGUE) -> list[Case]:
    """The task's cases of one kind, by name. Raises CourseError for a header that is off."""
    return [_read(path, task, kind) for path in sorted((folder / task / kind).glob("*.patch"))]


def _read(path: Path, task: str, kind: str) -> Case:
    head, _, patch = path.read_text(encoding="utf-8").partition("\n--- ")
    fields = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
    missing = [name for name in ("title", "title.ru") if not fields.get(name)]
    if kind == "mistakes":
        missing += [name for name in ("hint", "hint.ru") if not fields.get(name)]
    if missing or not patch:
        lack = ", ".join(missing) or "a diff"
        raise CourseError(f"{path}: the header lacks {lack}; see docs/en/contributing.md")
    title = Text(fields["title"], fields["title.ru"])
    hint = Text(fields.get("hint", ""), fields.get("hint.ru", ""))
    return Case(task, kind, path.stem, title, hint, f"--- {patch}")


def apply(case: Case, tree: Path) -> None:
    """Patch a copy of the solution. Raises StalePatch when the patch no longer fits."""
    done = subprocess.run(
        ["git", "apply", "--whitespace=nowarn", "-"],
        cwd=tree,
        input=case.patch,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "GIT_CEILING_DIRECTORIES": str(tree.parent)},
    )
    if done.returncode != 0:
        first = (done.stderr.strip().splitlines() or ["no reason given"])[0]
        raise StalePatch(f"checks/catalogue/{case.id}.patch does not apply: {first}")
