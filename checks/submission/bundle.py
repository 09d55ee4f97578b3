"""A submission: the learner's files of every day in one archive, written and read.

Its `submission.json` has a hash of every file, the versions, and the verdicts of the learner's own
machine, which are only claims.
"""

import hashlib
import json
import os
import stat
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from checks.course.course import DAYS
from checks.errors import CourseError
from checks.files import File, git_file, write_file
from checks.results.model import Verdict
from checks.submission.archive import SIZE_LIMIT, BadArchive, pack, unpack

NAME = "submission.zip"
MANIFEST = "submission.json"
SCHEMA = "eventure/submission/v1"
_DAY_FOLDERS = tuple(f"days/{day.folder}/" for day in DAYS)


@dataclass(frozen=True)
class Claim:
    """The verdict that the learner's machine claims for one task; `at` is UTC, ISO 8601."""

    key: str
    verdict: Verdict
    at: str


@dataclass(frozen=True)
class Bundle:
    """A learner's files by path from the workbook's root, with versions and claims.

    `course` is the hash of the learner's tests and manifests; `left_out` counts files that were
    too large or too many.
    """

    checker: str
    course: str
    files: Mapping[str, File]
    claimed: Mapping[str, Claim]
    left_out: int = 0

    @property
    def data(self) -> bytes:
        """The archive: the same bytes for the same submission, on any machine."""
        manifest = {
            "schema": SCHEMA,
            "checker": self.checker,
            "course": self.course,
            "claimed": {task: asdict(claim) for task, claim in self.claimed.items()},
            "left_out": self.left_out,
            "files": {path: _file_record(file) for path, file in self.files.items()},
        }
        text = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
        return pack({**self.files, MANIFEST: git_file(text.encode("utf-8"))})


def write(submission: Bundle, target: Path, root: Path) -> None:
    """Write the archive; only an earlier submission is replaced.

    Raises CourseError for a target that is something else, or lies among the learner's files.
    """
    if target.absolute().is_relative_to(root.absolute() / "days"):
        raise CourseError(f"{target} lies in days/, with what is packed; choose another --out")
    if target.exists() or target.is_symlink():
        try:
            read_submission(target)
        except CourseError:
            raise CourseError(f"{target} is something else; choose another --out") from None
    try:
        write_file(target, submission.data)
    except OSError as error:
        problem = f"{target} cannot be written ({error.strerror})"
        raise CourseError(f"{problem}; choose another --out") from error


def read_submission(path: Path) -> Bundle:
    """Read an untrusted archive; nothing is written.

    Every listed file exists, matches its hash, has at most 1 MiB, and a relative path into one of
    the seven days. Raises CourseError for anything else.
    """
    try:
        entries = unpack(_read_bounded(path))
        manifest: dict[str, Any] = json.loads(entries.pop(MANIFEST))  # Any: JSON
        return _parse(manifest, entries)
    except BadArchive as error:
        problem = str(error)
    except OSError as error:
        problem = f"it cannot be read ({error.strerror})"
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError):
        problem = f"its {MANIFEST} is missing or damaged"
    raise CourseError(
        f"{path} is no submission: {problem}; use the file that `checks submit` wrote"
    )


def _file_record(file: File) -> dict[str, object]:
    return {"sha256": hashlib.sha256(file.data).hexdigest(), "executable": file.executable}


def _read_bounded(path: Path) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise BadArchive("it is no plain file")
        return stream.read(SIZE_LIMIT + 1)


def _parse(manifest: Mapping[str, Any], entries: Mapping[str, bytes]) -> Bundle:
    if manifest["schema"] != SCHEMA:
        raise BadArchive("a newer checker wrote it")
    if manifest["files"].keys() != entries.keys():
        raise BadArchive(f"its files are not those that {MANIFEST} names")
    files = {}
    for path, data in entries.items():
        file = git_file(data, executable=manifest["files"][path]["executable"] is True)
        if not path.startswith(_DAY_FOLDERS):
            raise BadArchive(f"{path} is in none of the days")
        if _file_record(file) != manifest["files"][path]:
            raise BadArchive(f"{path} was changed after it was packed")
        files[path] = file
    claimed = {str(task): _parse_claim(claim) for task, claim in manifest["claimed"].items()}
    versions = (str(manifest["checker"]), str(manifest["course"]))
    return Bundle(*versions, files, claimed, int(manifest["left_out"]))


def _parse_claim(claim: Mapping[str, Any]) -> Claim:
    return Claim(str(claim["key"]), Verdict(claim["verdict"]), str(claim["at"]))
