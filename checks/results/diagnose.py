"""From a learner's failing set to the known mistakes that it looks like."""

from collections.abc import Mapping

from checks.results.catalogue import Case, Signature, cases, load_signatures, signature
from checks.results.model import TaskResult, Verdict

CLOSE_ENOUGH = 0.6
# of a run that broke nothing is known, least of all whose mistake it is
OURS = (Verdict.INFRA_ERROR, Verdict.FLAKY, Verdict.NOT_RUN)
SAME_WORDS = 0.5
AT_MOST = 2  # more that look the same are a guess, not a diagnosis


def likeness(mine: Signature, known: Signature) -> float:
    """How much two failures have in common, 0 to 1.5.

    The share of tests that fail the same way (Jaccard), and a half more when the first failing
    test says the same: what was seen tells mistakes apart that fail the same tests.
    """
    ours, theirs = _judged(mine), _judged(known)
    both = ours & theirs
    if not both:
        return 0.0
    share = len(both) / len(ours | theirs)
    return share + (SAME_WORDS if mine.says and mine.says == known.says else 0.0)


def _judged(found: Signature) -> set[tuple[str, str]]:
    """What was judged: any early failure blocks the same tests, so those tell nothing."""
    return {(name, how) for name, how in found.tests.items() if how != Verdict.BLOCKED}


def nearest(mine: Signature, known: Mapping[str, Signature]) -> tuple[str, ...]:
    """The ids of the nearest signatures: one, or two that are equally near; else none."""
    ranked = {name: likeness(mine, each) for name, each in known.items()}
    best = max(ranked.values(), default=0.0)
    if best < CLOSE_ENOUGH:
        return ()
    found = tuple(sorted(name for name, score in ranked.items() if score == best))
    return found if len(found) <= AT_MOST else ()


def diagnose(task: TaskResult) -> tuple[Case, ...]:
    """The catalogued mistakes that this failure looks like, if one or two stand out."""
    first = task.first_failure
    if first is None or first.verdict in OURS:
        return ()
    mine = signature(task.tests)
    prefixes = (f"{task.id}/mistakes/", f"{task.id}/starter")
    known = {n: s for n, s in load_signatures().items() if n.startswith(prefixes)}
    found = nearest(mine, known)
    # Nothing is wrong yet: nothing is there. `1.1/starter/…` is a starter that is begun.
    if any(name.startswith(f"{task.id}/starter") for name in found):
        return ()
    return tuple(case for case in cases(task.id, "mistakes") if case.id in found)
