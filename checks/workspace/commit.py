"""The commit that a pass offers: the day's folder, with a message that names the task."""

import shlex
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from checks.course.course import Course, Task
from checks.errors import CourseError
from checks.messages import debrief_and_history as texts


@dataclass(frozen=True)
class CommitOffer:
    """What would be committed: the day's folder, relative to the workbook, and the message."""

    root: Path
    folder: str
    message: str

    @property
    def command(self) -> str:
        """The same as a line for a shell, in the workbook's folder."""
        message = shlex.quote(self.message)
        return f"git add {self.folder} && git commit -m {message} {self.folder}"


def commit_offer(course: Course, tasks: Sequence[Task], lang: str = "en") -> CommitOffer | None:
    """The commit of these tasks of one day; None when git has nothing of that day to commit."""
    folder = f"days/{course.task_day(tasks[0]).folder}"
    if not _git(course.root, "status", "--porcelain", "--", folder).stdout:
        return None
    first, *others = tasks
    message = f"{first.id} {first.title.in_(lang)}"
    if others:
        message = ", ".join(task.id for task in tasks)
    return CommitOffer(course.root, folder, message)


def make_commit(course: Course, task: Task, lang: str = "en") -> str:
    """Commit the day's folder and nothing else; the message.

    Raises CourseError outside a repository, when nothing has changed, and when git refuses.
    """
    offer = commit_offer(course, [task], lang)
    if offer is None:
        folder = f"days/{course.task_day(task).folder}"
        inside = _git(course.root, "rev-parse", "--is-inside-work-tree").returncode == 0
        why = texts.NOTHING_TO_COMMIT if inside else texts.NO_REPOSITORY
        raise CourseError(why.in_(lang).format(folder=folder))
    for arguments in (["add"], ["commit", "-q", "-m", offer.message]):
        done = _git(course.root, *arguments, "--", offer.folder)
        if done.returncode != 0:
            said = ((done.stderr or done.stdout).strip().splitlines() or ["?"])[0].rstrip(".")
            raise CourseError(texts.GIT_REFUSES.in_(lang).format(said=said, command=offer.command))
    return offer.message


def _git(root: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """git without a question; the exit code is 127 where there is no git."""
    command = ["git", "-C", str(root), *arguments]
    try:
        return subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        return subprocess.CompletedProcess(command, 127, "", "git: command not found")
