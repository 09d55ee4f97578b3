"""Migrations move together: one that stays behind would leave day N+1 with two heads, or none."""

from collections.abc import Collection, Mapping

from checks.advance.decision import Choice, FileVersions, Outcome, Row, Step
from checks.advance.migrations import is_revision
from checks.advance.revisions import UnreadableChainError, read_chain
from checks.course.course import Text
from checks.files import File
from checks.messages import next_and_submit


def with_whole_chain(paths: Collection[str], files: Mapping[str, FileVersions]) -> frozenset[str]:
    """The paths, and with one migration among them all of those that are carried."""
    chain = {path for path in files if is_revision(path)}
    return frozenset(paths) | (chain if chain & set(paths) else set())


def keep_whole(
    steps: Mapping[str, Step], chosen: Mapping[str, Choice], revisions: Mapping[str, File]
) -> dict[str, Step]:
    """The steps, but without those of migrations where one is undecided or the chain would break.

    `revisions` are those of day N+1 as they are.
    """
    chain = {path: step for path, step in steps.items() if is_revision(path)}
    if any(chosen.get(path) is Choice.COURSE for path in chain):
        return dict(steps) | _withheld(chain, next_and_submit.AS_REQUESTED)
    if any(_is_undecided(step) for step in chain.values()):
        return dict(steps) | _withheld(chain, next_and_submit.CHAIN_WAITS)
    if any(step.row and step.row.outcome is Outcome.CONFLICT for step in chain.values()):
        return dict(steps)
    after = dict(revisions)
    for path, step in chain.items():
        if step.writes:
            after.pop(path, None)
            after |= {path: step.file} if step.file else {}
    if is_chain(revisions) and not is_chain(after):
        return dict(steps) | _withheld(chain, next_and_submit.CHAIN_BROKEN)
    return dict(steps)


def is_chain(revisions: Mapping[str, File]) -> bool:
    """Whether the revisions follow each other from one beginning to one head."""
    try:
        read_chain(revisions)
    except UnreadableChainError:
        return False
    return True


def _is_undecided(step: Step) -> bool:
    return step.row is not None and step.row.outcome is Outcome.CONFLICT and not step.writes


def _withheld(chain: Mapping[str, Step], why: Text) -> dict[str, Step]:
    return {path: _without_write(path, step, why) for path, step in chain.items() if step.writes}


def _without_write(path: str, step: Step, why: Text) -> Step:
    stays = why == next_and_submit.AS_REQUESTED
    untouched = step.row.untouched if step.row else ()
    return Step(Row(path, Outcome.KEPT if stays else Outcome.CONFLICT, why, untouched))
