"""Three-way merge of one file whose later version holds its own answer regions.

Git merges the lines. A marker that stands beside a changed line looks like a conflict to git,
though nobody disagrees; so where git gives up, the text is merged without its markers, and they
are put back at the lines they stood between.
"""

import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from checks.course.regions import Kind, Line, may_hold, parse, solution, split_lines
from checks.errors import CourseError
from checks.files import File, plain


@dataclass(frozen=True)
class Sides:
    """A file as it was (`base`), as it was changed (`ours`), and in the later day (`theirs`)."""

    path: str
    base: File | None
    theirs: File | None
    ours: File | None

    def program(self, file: File | None) -> bytes | None:
        """A side's bytes without markers and `#|` lines; None where there is no file."""
        if file is None or not self.marked(file):
            return None if file is None else file.data
        return solution(file.data.decode("utf-8"), self.path).encode("utf-8")

    def marked(self, file: File) -> bool:
        """Whether regions are looked for: by the file's name, and only in text."""
        return may_hold(self.path) and not _binary(file.data)

    def same(self, one: File | None, other: File | None) -> bool:
        """Whether two sides are one program with one executable bit, markers left aside."""
        if one is None or other is None:
            return one is other
        return one.executable == other.executable and self.program(one) == self.program(other)

    def executable(self) -> bool:
        """The executable bit, merged: a change of it wins over the later day's."""
        base, ours, theirs = (
            bool(file and file.executable) for file in (self.base, self.ours, self.theirs)
        )
        return ours if ours != base or self.theirs is None else theirs


@dataclass(frozen=True)
class Merged:
    """The merged file; when it is not clean, `file` has git's markers, or is None."""

    file: File | None
    clean: bool
    reason: str = ""


def _binary(data: bytes) -> bool:
    try:
        return "\0" in data.decode("utf-8")
    except UnicodeDecodeError:
        return True


def merge(sides: Sides, ours_name: str, theirs_name: str) -> Merged:
    """Bring the change from `base` to `ours` into `theirs`; the names label a conflict.

    `ours` is a file; `theirs` may be missing when `base` is, too: then the file is new.
    Raises CourseError when regions are broken on a side.
    """
    present = [file for file in (sides.base, sides.theirs, sides.ours) if file is not None]
    if sides.theirs is None or (sides.same(sides.base, sides.theirs) and _any_binary(present)):
        data = sides.program(sides.ours) or b""
        return Merged(plain(data, executable=sides.executable()), clean=True)
    if _any_binary(present):
        return Merged(None, clean=False, reason="it is not text and both days changed it")
    return _merge_text(sides, sides.theirs, (theirs_name, "before the change", ours_name))


def _any_binary(files: list[File]) -> bool:
    return any(_binary(file.data) for file in files)


def _merge_text(sides: Sides, theirs: File, names: tuple[str, str, str]) -> Merged:
    base, ours = (sides.program(file) or b"" for file in (sides.base, sides.ours))
    executable = sides.executable()
    by_git, conflicts = _merge_file(theirs.data, base, ours, names)
    if sides.marked(theirs) and (conflicts or not _keeps_markers(by_git, theirs, sides.path)):
        aside, left = _merge_file(sides.program(theirs) or b"", base, ours, names)
        back = None if left else _put_back(theirs.data.decode(), aside.decode(), sides.path)
        if back is not None:
            return Merged(plain(back.encode(), executable=executable), clean=True)
        conflicts = conflicts or 1
    reason = f"{conflicts} conflict{'s' if conflicts > 1 else ''}" if conflicts else ""
    return Merged(plain(by_git, executable=executable), not conflicts, reason)


def _merge_file(
    theirs: bytes, base: bytes, ours: bytes, names: tuple[str, str, str]
) -> tuple[bytes, int]:
    """What `git merge-file` makes of three texts, and how many conflicts it leaves."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, name) for name in ("theirs", "base", "ours")]
        for path, data in zip(paths, (theirs, base, ours), strict=True):
            path.write_bytes(data)
        labels = [word for name in names for word in ("-L", name)]
        command = ["git", "-c", "merge.conflictStyle=merge", "merge-file", "-p", *labels]
        done = subprocess.run([*command, *map(str, paths)], capture_output=True, check=False)
    if not 0 <= done.returncode < 128:
        said = done.stderr.decode(errors="replace").strip()
        raise CourseError(f"git cannot merge {names[0]}: {said}; merge it by hand")
    return done.stdout, done.returncode


def _markers(text: str, path: str) -> list[str]:
    lines = (line for segment in parse(text, path) for line in segment.lines)
    return [line.text.rstrip("\r\n") for line in lines if line.kind is not Kind.TEXT]


def _keeps_markers(merged: bytes, theirs: File, path: str) -> bool:
    try:
        return _markers(merged.decode(), path) == _markers(theirs.data.decode(), path)
    except CourseError:
        return False


def _put_back(theirs: str, merged: str, path: str) -> str | None:
    """`merged` with the markers of `theirs` between the lines they stood between.

    None when the change rewrote the lines on both sides of a marker as one block: only a person
    knows where it belongs now.
    """
    lines = [line for segment in parse(theirs, path) for line in segment.lines]
    gaps = _gaps(lines)
    wanted = split_lines(merged)
    program = [line.text for line in lines if line.kind is Kind.TEXT]
    steps = SequenceMatcher(None, program, wanted, autojunk=False).get_opcodes()
    placed: dict[int, list[str]] = {}
    for gap, markers in gaps.items():
        span = _where(gap, steps)
        if span is None:
            return None
        before, after = _parted(markers)
        placed.setdefault(span[0], []).extend(before)
        placed.setdefault(span[1], []).extend(after)
    return _woven(wanted, placed)


def _gaps(lines: list[Line]) -> dict[int, list[Line]]:
    """The markers by the number of program lines above them."""
    gaps: dict[int, list[Line]] = {}
    above = 0
    for line in lines:
        if line.kind is Kind.TEXT:
            above += 1
        else:
            gaps.setdefault(above, []).append(line)
    return gaps


def _where(gap: int, steps: Sequence[tuple[str, int, int, int, int]]) -> tuple[int, int] | None:
    """The gap in the merged text; two numbers when lines were added exactly there."""
    if not steps:
        return 0, 0
    for tag, start, end, new_start, new_end in steps:
        if start < gap < end and tag != "equal":
            return (new_start, new_start) if tag == "delete" else None
        if start < gap < end:
            return new_start + gap - start, new_start + gap - start
        if tag == "insert" and gap == start:
            return new_start, new_end
    before = max((new_end for _, _, end, _, new_end in steps if end <= gap), default=0)
    return before, before


def _parted(markers: list[Line]) -> tuple[list[str], list[str]]:
    """Markers above and below lines that an earlier day adds between them.

    An earlier day's lines are no part of a later day's answer, so they stay outside its region.
    """
    texts = [line.text for line in markers]
    edges = [i for i, line in enumerate(markers) if line.kind in (Kind.START, Kind.END)]
    if edges and markers[edges[0]].kind is Kind.END:
        return texts[: edges[0] + 1], texts[edges[0] + 1 :]
    return [], texts


def _woven(lines: list[str], placed: dict[int, list[str]]) -> str:
    def pieces() -> Iterator[str]:
        for index in range(len(lines) + 1):
            yield from placed.get(index, ())
            yield from lines[index : index + 1]

    whole = list(pieces())
    ended = [piece if piece.endswith("\n") else piece + "\n" for piece in whole[:-1]]
    return "".join(ended + whole[-1:])
