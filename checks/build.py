"""solutions/ → days/: take the answers out, put the starter's lines in.

`days/.generated` lists every generated file with its SHA-256, in the form of `sha256sum`. By it
a file that somebody edited in days/ is told from one that is only out of date, and a file that
the generator made from one that it never saw: neither is ever overwritten without `force`.
"""

import hashlib
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from checks.conflicts import conflict_line
from checks.course import DAYS, Course, Day, load_course
from checks.errors import CourseError
from checks.files import File, plain, prune, read_file, replace_all, source_files
from checks.regions import check_tasks, may_hold, parse, starter

MANIFEST = "days/.generated"


class State(StrEnum):
    """How a file of days/ differs from what solutions/ makes."""

    MISSING = "missing"
    STALE = "stale"
    EXTRA = "extra"
    FOREIGN = "foreign"


_SENTENCES = {
    State.MISSING: "{path} does not exist yet; run `checks build`",
    State.STALE: "{path} is not what solutions/ makes; run `checks build`",
    State.EXTRA: "{path} is no longer made from solutions/; run `checks build` to delete it",
    State.FOREIGN: "{path} is in no solution and is left alone; delete it or move it away",
}


@dataclass(frozen=True)
class Finding:
    """A path, relative to the root, that is not as solutions/ makes it."""

    path: Path
    state: State

    @property
    def sentence(self) -> str:
        """What to say of it."""
        return _SENTENCES[self.state].format(path=self.path.as_posix())


def build(root: Path, check: bool = False, *, force: bool = False) -> list[Finding]:
    """Write days/ from solutions/, or with `check` only say what would change.

    Returns what was (or would be) written or deleted, and the foreign files, which never are.
    Raises CourseError for broken regions and conflict markers, and for a generated file that was
    edited by hand unless `force` says to overwrite it. Nothing is written before all is known.
    """
    expected = generate(root)
    recorded = read_generated(root)
    if not force:
        _refuse_hand_edits(root, expected, recorded)
    findings = _compare(root, expected, recorded)
    if not check:
        _write(root, expected, findings)
    return findings


def generate(root: Path) -> dict[str, File]:
    """Everything that days/ should hold, by path relative to the root, without touching it."""
    course = load_course(root, tree="solutions")
    ignored = _git_ignored(root)
    made: dict[str, File] = {}
    for day in course.days:
        folder = root / "solutions" / day.folder
        for path in source_files(folder):
            if path.relative_to(root).as_posix() not in ignored:
                _add(made, course, day, path)
    return made


def _add(made: dict[str, File], course: Course, day: Day, path: Path) -> None:
    inside = path.relative_to(course.root / "solutions" / day.folder).as_posix()
    source = read_file(path)
    data = None if source is None else _starter_of(source.data, inside, course, day)
    if source is not None and data is not None:
        made[f"days/{day.folder}/{inside}"] = plain(data, executable=source.executable)


def _starter_of(data: bytes, inside: str, course: Course, day: Day) -> bytes | None:
    name = f"solutions/{day.folder}/{inside}"
    if line := conflict_line(data.decode("utf-8", "replace")):
        raise CourseError(f"{name}:{line}: git's conflict markers stand here; decide between them")
    if not may_hold(inside):
        return data
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CourseError(f"{name} is not UTF-8; save it as UTF-8") from error
    check_tasks(parse(text, name), name, day.number, {task.id: task.day for task in course.tasks})
    left = starter(text, name)
    return None if left is None else left.encode("utf-8")


def _git_ignored(root: Path) -> frozenset[str]:
    """What git ignores is not committed, so days/ must not depend on it; no git, no ignoring."""
    command = ["git", "-C", str(root), "ls-files", "-z", "--others", "--ignored"]
    command += ["--exclude-standard", "--", "solutions", "days"]
    try:
        listed = subprocess.run(command, capture_output=True, check=False)
    except FileNotFoundError:
        return frozenset()
    return frozenset(listed.stdout.decode("utf-8", "surrogateescape").split("\0")) - {""}


def _digest(file: File | None) -> str | None:
    return None if file is None else hashlib.sha256(file.data).hexdigest()


def read_generated(root: Path) -> dict[str, str]:
    """The SHA-256 of each generated file, by path relative to the root; empty before a build.

    Raises CourseError for a line that is not `<sha256>  <path in days/>`.
    """
    file = read_file(root / MANIFEST)
    recorded: dict[str, str] = {}
    lines = [] if file is None else file.data.decode("utf-8", "replace").splitlines()
    for number, line in enumerate(lines, start=1):
        digest, parted, path = line.partition("  ")
        if len(digest) != 64 or not parted or ".." in Path(path).parts or path.startswith("/"):
            mend = "take it from git again, or delete it and run `checks build --force`"
            raise CourseError(f"{MANIFEST}:{number}: this line was not written by a build; {mend}")
        recorded[f"days/{path}"] = digest
    return recorded


def _manifest(expected: Mapping[str, File]) -> File:
    lines = (f"{_digest(file)}  {path.removeprefix('days/')}\n" for path, file in expected.items())
    return plain("".join(sorted(lines, key=lambda line: line[66:])).encode())


def _refuse_hand_edits(
    root: Path, expected: Mapping[str, File], recorded: Mapping[str, str]
) -> None:
    """A file with neither the recorded bytes nor the ones to be written is somebody's work."""
    edited = [
        path
        for path in sorted(expected.keys() | recorded.keys())
        if (now := _digest(read_file(root / path))) is not None
        and now not in (recorded.get(path), _digest(expected.get(path)))
    ]
    if edited:
        names = ", ".join(edited)
        source = edited[0].replace("days/", "solutions/", 1)
        mend = f"edit {source} and run `checks build`; `--force` overwrites"
        raise CourseError(f"edited by hand: {names}; days/ is generated: {mend}")


def _compare(
    root: Path, expected: Mapping[str, File], recorded: Mapping[str, str]
) -> list[Finding]:
    states: dict[str, State] = {}
    for path, file in (*expected.items(), (MANIFEST, _manifest(expected))):
        found = read_file(root / path)
        if found is None:
            states[path] = State.MISSING
        elif (found.data, found.executable) != (file.data, file.executable):
            states[path] = State.STALE
    for path in _present(root) | recorded.keys():
        if path not in expected and (root / path).is_file():
            states[path] = State.EXTRA if path in recorded else State.FOREIGN
    return [Finding(Path(path), states[path]) for path in sorted(states)]


def _present(root: Path) -> set[str]:
    folders = [root / "days" / day.folder for day in DAYS]
    found = (path for folder in folders if folder.is_dir() for path in source_files(folder))
    return {path.relative_to(root).as_posix() for path in found} - _git_ignored(root)


def _write(root: Path, expected: Mapping[str, File], findings: list[Finding]) -> None:
    """The manifest comes last: a build that was cut short is simply run again."""
    wanted = {**expected, MANIFEST: _manifest(expected)}
    changes = {
        root / finding.path: wanted.get(finding.path.as_posix())
        for finding in findings
        if finding.state is not State.FOREIGN
    }
    manifest = changes.pop(root / MANIFEST, None)
    replace_all(changes)
    prune([path.parent for path, file in changes.items() if file is None], root / "days")
    if manifest is not None:
        replace_all({root / MANIFEST: manifest})
