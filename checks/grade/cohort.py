"""A cohort as rows, each a submission, whose cells are its days."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from checks.course.course import Day
from checks.errors import CourseError
from checks.grade.key import KeyContext, KeyParts
from checks.grade.submission_files import Submission, dated_files
from checks.grade.texts import printable


@dataclass(frozen=True)
class Row:
    """One submission: the key parts of each of its cells by the day's folder.

    A day without a file of the learner's has no cell. `problem`: why the submission is unreadable.
    `modified`: when its newest file was changed, as its archive says; naive in an unknown zone.
    """

    submission: Submission
    cells: Mapping[str, KeyParts]
    problem: str = ""
    modified: datetime | None = None


def plan(
    days: Sequence[Day], submissions: Iterable[Submission], context: KeyContext
) -> tuple[Row, ...]:
    """The rows of all submissions; each is read once, and its files are not kept in memory."""
    return tuple(_row(days, submission, context) for submission in submissions)


def _row(days: Sequence[Day], submission: Submission, context: KeyContext) -> Row:
    cells = {}
    times: list[datetime] = []
    try:
        for day in days:
            if dated := dated_files(submission, day):
                files = {name: file for name, (file, _) in dated.items()}
                cells[day.folder] = context.parts(day, files)
                times += (time for _, time in dated.values() if time is not None)
    except CourseError as error:
        return Row(submission, {}, printable(" ".join(str(error).split())))
    except OSError as error:  # its own text names a folder of this machine
        return Row(submission, {}, f"{submission.label} cannot be read ({error.strerror})")
    newest = max(times, key=lambda time: time.replace(tzinfo=None), default=None)
    return Row(submission, cells, modified=newest)
