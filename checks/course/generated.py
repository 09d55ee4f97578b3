"""The files of days/: every solution without its answers, with the starter's lines instead.

`days/.generated` lists every generated file with its SHA-256, in the form of `sha256sum`.
"""

import hashlib
import subprocess
from collections.abc import Mapping
from pathlib import Path

from checks.course.conflict_markers import conflict_line
from checks.course.course import Course, Day, load_course
from checks.course.regions import check_tasks, may_hold_regions, parse, starter
from checks.errors import CourseError
from checks.files import File, git_file, read_file, source_files

MANIFEST = "days/.generated"


def generate(root: Path) -> dict[str, File]:
    """The files that days/ should hold, by path relative to the root; nothing is written."""
    course = load_course(root, tree="solutions")
    ignored = git_ignored(root)
    files: dict[str, File] = {}
    for day in course.days:
        folder = root / "solutions" / day.folder
        for path in source_files(folder):
            if path.relative_to(root).as_posix() not in ignored:
                _add_starter(files, course, day, path)
    return files


def _add_starter(files: dict[str, File], course: Course, day: Day, path: Path) -> None:
    day_path = path.relative_to(course.root / "solutions" / day.folder).as_posix()
    source = read_file(path)
    data = None if source is None else _starter_of(source.data, day_path, course, day)
    if source is not None and data is not None:
        files[f"days/{day.folder}/{day_path}"] = git_file(data, executable=source.executable)


def _starter_of(data: bytes, day_path: str, course: Course, day: Day) -> bytes | None:
    name = f"solutions/{day.folder}/{day_path}"
    if line := conflict_line(data.decode("utf-8", "replace")):
        raise CourseError(f"{name}:{line}: git's conflict markers stand here; decide between them")
    if any(day_path in task.whole for task in day.tasks):
        return None
    if not may_hold_regions(day_path):
        return data
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CourseError(f"{name} is not UTF-8; save it as UTF-8") from error
    check_tasks(parse(text, name), name, day.number, {task.id: task.day for task in course.tasks})
    starter_text = starter(text, name)
    return None if starter_text is None else starter_text.encode("utf-8")


def git_ignored(root: Path) -> frozenset[str]:
    """The files that git ignores: days/ must not depend on them. Empty where git is missing."""
    command = ["git", "-C", str(root), "ls-files", "-z", "--others", "--ignored"]
    command += ["--exclude-standard", "--", "solutions", "days"]
    try:
        result = subprocess.run(command, capture_output=True, check=False)
    except FileNotFoundError:
        return frozenset()
    return frozenset(result.stdout.decode("utf-8", "surrogateescape").split("\0")) - {""}


def manifest(files: Mapping[str, File]) -> File:
    """The list of these generated files, by path relative to the root."""
    digests = {path: hashlib.sha256(file.data).hexdigest() for path, file in files.items()}
    lines = (f"{digest}  {path.removeprefix('days/')}\n" for path, digest in digests.items())
    return git_file("".join(sorted(lines, key=lambda line: line[66:])).encode())


def read_generated(root: Path) -> dict[str, str]:
    """The SHA-256 of each generated file, by path relative to the root; empty before a build.

    Raises CourseError for a line that is not `<sha256>  <path in days/>`.
    """
    file = read_file(root / MANIFEST)
    digests: dict[str, str] = {}
    lines = [] if file is None else file.data.decode("utf-8", "replace").splitlines()
    for number, line in enumerate(lines, start=1):
        digest, separator, path = line.partition("  ")
        if len(digest) != 64 or not separator or ".." in Path(path).parts or path.startswith("/"):
            remedy = "take it from git again, or delete it and run `checks build --force`"
            raise CourseError(
                f"{MANIFEST}:{number}: this line was not written by a build; {remedy}"
            )
        digests[f"days/{path}"] = digest
    return digests
