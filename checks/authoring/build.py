"""solutions/ → days/: take the answers out, put the starter's lines in.

By the hashes of `days/.generated` a file that somebody edited in days/ is told from one that is
only out of date, and a file that the generator made from one that it never saw: neither is ever
overwritten without `force`.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from checks.course.course import DAYS
from checks.course.generated import MANIFEST, generate, git_ignored, manifest, read_generated
from checks.errors import CourseError
from checks.files import File, read_file, remove_empty_folders, replace_all, source_files


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


def _digest(file: File | None) -> str | None:
    return None if file is None else hashlib.sha256(file.data).hexdigest()


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
    for path, file in (*expected.items(), (MANIFEST, manifest(expected))):
        committed = read_file(root / path)
        if committed is None:
            states[path] = State.MISSING
        elif (committed.data, committed.executable) != (file.data, file.executable):
            states[path] = State.STALE
    for path in _present(root) | recorded.keys():
        if path not in expected and (root / path).is_file():
            states[path] = State.EXTRA if path in recorded else State.FOREIGN
    return [Finding(Path(path), states[path]) for path in sorted(states)]


def _present(root: Path) -> set[str]:
    folders = [root / "days" / day.folder for day in DAYS]
    paths = (path for folder in folders if folder.is_dir() for path in source_files(folder))
    return {path.relative_to(root).as_posix() for path in paths} - git_ignored(root)


def _write(root: Path, expected: Mapping[str, File], findings: list[Finding]) -> None:
    """The manifest comes last: a build that was cut short is simply run again."""
    files = {**expected, MANIFEST: manifest(expected)}
    changes = {
        root / finding.path: files.get(finding.path.as_posix())
        for finding in findings
        if finding.state is not State.FOREIGN
    }
    listing = changes.pop(root / MANIFEST, None)
    replace_all(changes)
    remove_empty_folders(
        [path.parent for path, file in changes.items() if file is None], root / "days"
    )
    if listing is not None:
        replace_all({root / MANIFEST: listing})
