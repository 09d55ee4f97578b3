"""From a learner's failure to the known mistake that it looks like: a hint is right, or silent."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from checks.course.course import Text
from checks.diagnosis.known import known_mistakes
from checks.diagnosis.look_alikes import LookAlikes, group_of
from checks.diagnosis.matching import MAX_CANDIDATES, candidates
from checks.diagnosis.signatures import Signature, signature
from checks.results.model import TaskResult, Verdict

# of a run that broke nothing is known, least of all whose mistake it is
CHECKER_VERDICTS = (Verdict.INFRA_ERROR, Verdict.FLAKY, Verdict.NOT_RUN)


@dataclass(frozen=True)
class Diagnosis:
    """What is named: the ids of one mistake or of several look-alikes, a title, a question."""

    task: str
    id: str
    title: Text
    hint: Text


def named(
    observed: Signature, recorded: Mapping[str, Signature], groups: Collection[LookAlikes]
) -> tuple[str, ...]:
    """The case ids of the mistakes that this failure looks like; none when it may be another.

    A starter that matches as well has the last word: whoever has not begun makes no mistake. A
    mistake with look-alikes is named with all of them.
    """
    names = candidates(observed, recorded)
    if not names or any("/starter" in name for name in names):
        return ()
    if group := group_of(names, groups):
        return tuple(sorted(group.mistakes))
    alike = any(group_of([name], groups) for name in names)
    return () if alike or len(names) > MAX_CANDIDATES else names


def diagnose(task: TaskResult) -> tuple[Diagnosis, ...]:
    """What to say of a task's failure: one mistake, one question of look-alikes, two mistakes."""
    first = task.first_failure
    if first is None or first.verdict in CHECKER_VERDICTS:
        return ()
    known = known_mistakes(task.id)
    names = named(signature(task.tests), known.signatures, known.groups)
    if names and (group := group_of(names, known.groups)):
        return (Diagnosis(task.id, names[0], group.title, group.hint),)
    return tuple(
        Diagnosis(case.task, case.id, case.title, case.hint)
        for case in known.cases
        if case.id in names
    )
