"""The tests of a day on a later day's folder: what is superseded, and what the board keeps."""

from dataclasses import dataclass
from pathlib import Path

from checks.course.course import Course, Day
from checks.results.model import Results
from checks.results.superseded import superseded_tests, without_superseded
from checks.workspace.holding import content_of, save_holding


@dataclass(frozen=True)
class LaterDay:
    """A day in whose folder an earlier day's tests run; `content` is that folder's before it."""

    course: Course
    into: Day
    content: str

    def judge(self, day: Day, results: Results) -> Results:
        """The results, without what the later day supersedes."""
        superseded = superseded_tests(self.course.days, self.into.number)
        return without_superseded(results, superseded if day.number < self.into.number else {})

    def save(self, day: Day, results: Results, seconds: float) -> None:
        """Keep for the board which tasks hold, after a run of the whole day before."""
        whole = {task.id for task in day.required} <= {task.id for task in results.tasks}
        if day.number + 1 == self.into.number and whole and not results.partial:
            save_holding(self.course, day, self.into, results, self.content, seconds)


def later_day(course: Course, tree: Path | None) -> LaterDay | None:
    """The day whose own folder the tree is; None for another tree."""
    for day in course.days:
        if tree is not None and tree.resolve() == (course.root / "days" / day.folder).resolve():
            return LaterDay(course, day, content_of(course, day))
    return None
