"""The folder in which `checks verify` keeps the results it has seen, a file for each key of a run.

All proofs of this user share it. What they cannot keep they run again: a folder that cannot be
written to, or a disk that is full, ends no proof.
"""

import contextlib
import json
import os
import shutil
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from checks.authoring.new_proof import PREFIX, NewProof
from checks.errors import CourseError
from checks.files import STAGING_PREFIX, write_file
from checks.results.model import Results, TaskResult, TestResult, Verdict, cause_from

MAX_AGE_SECONDS = 30 * 24 * 3600.0
MOST_PROOFS = 16
"""Of how many proofs at most, those that saw a result last, an entry has the identities."""
UNREADABLE = (
    *(OSError, ValueError, KeyError, TypeError, AttributeError, CourseError),
    RecursionError,  # json's, of a damaged file
)


class KeptResults:
    """What was kept in a folder; `problem` says why nothing more is kept, "" while all is.

    With `anew`, the words of a command, only results of this proof are believed; one that was
    interrupted goes on where it was.
    """

    def __init__(self, folder: Path, anew: Sequence[str]) -> None:
        self._folder, self._anew = folder, bool(anew)
        self.problem = ""
        self._proof: NewProof | None = None
        try:
            self._proof = NewProof(folder, anew) if anew else None
            self._evict_stale()
        except OSError as error:
            self._stop(error)

    def read(self, key: str, asked: Sequence[str]) -> Results | None:
        """What was kept of a run of the `asked` tasks.

        None for nothing, and for what cannot be believed.
        """
        file = self._file(key)
        try:
            data = json.loads(file.read_text(encoding="utf-8"))
            if self._anew and (self._proof is None or self._proof.id not in data["proofs"]):
                return None
            with contextlib.suppress(OSError):  # a folder that is only read
                os.utime(file)
            tasks = tuple(_task(task) for task in data["tasks"])
            results = Results(data["day"], data["contained"], tasks, tuple(data["notes"]))
        except UNREADABLE:
            return None
        is_whole = all(task.tests or task.verdict is Verdict.SKIPPED for task in tasks)
        return results if is_whole and [task.id for task in tasks] == list(asked) else None

    def keep(self, key: str, results: Results) -> None:
        """Keep a result, for the proofs too that have seen the same before."""
        if self.problem:
            return
        seen = [*self._proofs(key), *([self._proof.id] if self._proof else ())]
        entry = {"proofs": seen[-MOST_PROOFS:], **asdict(results)}
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_file(self._file(key), json.dumps(entry).encode())
        except OSError as error:
            self._stop(error)

    def finish(self) -> None:
        """The proof has come to its end: the same command believes nothing of it."""
        if self._proof:
            with contextlib.suppress(OSError):  # a folder that cannot be written to any more
                self._proof.finish()

    def _file(self, key: str) -> Path:
        return self._folder / f"{key}.json"

    def _proofs(self, key: str) -> list[str]:
        """The identities of the proofs that have seen a kept result, the newest last."""
        try:
            return [str(each) for each in json.loads(self._file(key).read_bytes())["proofs"]]
        except UNREADABLE:
            return []

    def _stop(self, error: OSError) -> None:
        self.problem = f"nothing more is remembered: {error.strerror}: {self._folder}"

    def _evict_stale(self) -> None:
        """Delete what no run has asked for in a month, and what a killed one was writing."""
        for pattern in ("*.json", f"{PREFIX}*", f"{STAGING_PREFIX}*"):
            for file in self._folder.glob(pattern):
                with contextlib.suppress(FileNotFoundError):  # another proof was quicker
                    if time.time() - file.stat().st_mtime > MAX_AGE_SECONDS:
                        _remove(file)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def _task(data: dict[str, Any]) -> TaskResult:
    tests = tuple(
        TestResult(
            test["task"],
            test["name"],
            Verdict(test["verdict"]),
            test["seconds"],
            cause_from(test["cause"]),
        )
        for test in data["tests"]
    )
    return TaskResult(**{**data, "tests": tests})
