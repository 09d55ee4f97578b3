"""Three-way merge of one file whose later version holds its own answer regions.

Git merges the lines. A marker beside a changed line looks like a conflict to git, though both
sides agree. Where git reports a conflict, the text is merged without its markers, and they are
reinserted between the lines where they stood.
"""

import subprocess
from dataclasses import dataclass

from checks.advance.marker_positions import reinsert_markers
from checks.course.region_lines import LineKind
from checks.course.regions import may_hold_regions, parse, solution
from checks.errors import CourseError
from checks.files import File, git_file
from checks.services.temporary_folders import temporary_folder


@dataclass(frozen=True)
class Sides:
    """A file before the change (`base`), after it (`ours`), and in the later day (`theirs`)."""

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
        """Whether the file may hold regions: by its name, and only if it is text."""
        return may_hold_regions(self.path) and not _is_binary(file.data)

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
class MergeResult:
    """The merged file; when it is not clean, `file` has git's markers, or is None."""

    file: File | None
    clean: bool
    reason: str = ""


def _is_binary(data: bytes) -> bool:
    try:
        return "\0" in data.decode("utf-8")
    except UnicodeDecodeError:
        return True


def merge(
    sides: Sides, ours_name: str, theirs_name: str, *, favours_ours: bool = False
) -> MergeResult:
    """Bring the change from `base` to `ours` into `theirs`; the names label a conflict.

    With `favours_ours` each conflict takes the lines of `ours`.

    `ours` is a file; `theirs` may be missing when `base` is, too: then the file is new.
    Raises CourseError when regions are broken on a side.
    """
    present = [file for file in (sides.base, sides.theirs, sides.ours) if file is not None]
    if sides.theirs is None or (sides.same(sides.base, sides.theirs) and _any_binary(present)):
        data = sides.program(sides.ours) or b""
        return MergeResult(git_file(data, executable=sides.executable()), clean=True)
    if _any_binary(present) and favours_ours and sides.ours is not None:
        return MergeResult(sides.ours, clean=True)
    if _any_binary(present):
        return MergeResult(None, clean=False, reason="it is not text and both days changed it")
    names = (theirs_name, "before the change", ours_name)
    return _merge_text(sides, sides.theirs, names, favours_ours=favours_ours)


def _any_binary(files: list[File]) -> bool:
    return any(_is_binary(file.data) for file in files)


def _merge_text(
    sides: Sides, theirs: File, names: tuple[str, str, str], *, favours_ours: bool
) -> MergeResult:
    base, ours = (sides.program(file) or b"" for file in (sides.base, sides.ours))
    executable = sides.executable()
    merged, conflicts = git_merge_file(theirs.data, base, ours, names, favours_ours=favours_ours)
    if sides.marked(theirs) and (conflicts or not _keeps_markers(merged, theirs, sides.path)):
        programs = (sides.program(theirs) or b"", base, ours)
        text = _merge_without_markers(sides, theirs, programs, names, favours_ours=favours_ours)
        if text is not None:
            return MergeResult(git_file(text.encode(), executable=executable), clean=True)
        conflicts = conflicts or (0 if favours_ours else 1)
    reason = f"{conflicts} conflict{'s' if conflicts > 1 else ''}" if conflicts else ""
    return MergeResult(git_file(merged, executable=executable), not conflicts, reason)


def _merge_without_markers(
    sides: Sides,
    theirs: File,
    programs: tuple[bytes, bytes, bytes],
    names: tuple[str, str, str],
    *,
    favours_ours: bool,
) -> str | None:
    """The merge of the programs alone, with `theirs`' markers reinserted; None on a conflict."""
    merged, conflicts = git_merge_file(*programs, names, favours_ours=favours_ours)
    if conflicts:
        return None
    return reinsert_markers(theirs.data.decode(), merged.decode(), sides.path)


def git_merge_file(
    theirs: bytes,
    base: bytes,
    ours: bytes,
    names: tuple[str, str, str],
    *,
    favours_ours: bool = False,
) -> tuple[bytes, int]:
    """The output of `git merge-file` for three texts, and the number of conflicts."""
    with temporary_folder("merge") as folder:
        paths = [folder / name for name in ("theirs", "base", "ours")]
        for path, data in zip(paths, (theirs, base, ours), strict=True):
            path.write_bytes(data)
        labels = [word for name in names for word in ("-L", name)]
        options = [*labels, *(["--theirs"] if favours_ours else [])]  # git's word for the third
        command = ["git", "-c", "merge.conflictStyle=merge", "merge-file", "-p", *options]
        process = subprocess.run([*command, *map(str, paths)], capture_output=True, check=False)
    if not 0 <= process.returncode < 128:
        message = process.stderr.decode(errors="replace").strip()
        raise CourseError(f"git cannot merge {names[0]}: {message}; merge it by hand")
    return process.stdout, process.returncode


def _markers(text: str, path: str) -> list[str]:
    lines = (line for segment in parse(text, path) for line in segment.lines)
    return [line.text.rstrip("\r\n") for line in lines if line.kind is not LineKind.TEXT]


def _keeps_markers(merged: bytes, theirs: File, path: str) -> bool:
    try:
        return _markers(merged.decode(), path) == _markers(theirs.data.decode(), path)
    except CourseError:
        return False
