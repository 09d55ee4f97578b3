"""From a learner's failing set to the known mistakes that it looks like."""

from collections.abc import Mapping

from checks.results.catalogue import Case, Signature, cases, load_signatures, signature
from checks.results.model import TaskResult, Verdict

CLOSE_ENOUGH = 0.6
# of a run that broke nothing is known, least of all whose mistake it is
CHECKER_VERDICTS = (Verdict.INFRA_ERROR, Verdict.FLAKY, Verdict.NOT_RUN)
SAME_MESSAGE_BONUS = 0.5
MAX_CANDIDATES = 2  # more that look the same are a guess, not a diagnosis


def likeness(observed: Signature, recorded: Signature) -> float:
    """How much two failures have in common, 0 to 1.5.

    The share of tests that fail the same way (Jaccard), and a half more when the first failing
    test says the same: what was seen tells mistakes apart that fail the same tests.
    """
    ours, theirs = _judged(observed), _judged(recorded)
    both = ours & theirs
    if not both:
        return 0.0
    share = len(both) / len(ours | theirs)
    return share + (SAME_MESSAGE_BONUS if observed.says and observed.says == recorded.says else 0.0)


def _judged(observed: Signature) -> set[tuple[str, str]]:
    """What was judged: any early failure blocks the same tests, so those tell nothing."""
    return {(name, how) for name, how in observed.tests.items() if how != Verdict.BLOCKED}


def nearest(observed: Signature, recorded: Mapping[str, Signature]) -> tuple[str, ...]:
    """The ids of the nearest signatures: one, or two that are equally near; else none."""
    ranked = {name: likeness(observed, each) for name, each in recorded.items()}
    best = max(ranked.values(), default=0.0)
    if best < CLOSE_ENOUGH:
        return ()
    candidates = tuple(sorted(name for name, score in ranked.items() if score == best))
    return candidates if len(candidates) <= MAX_CANDIDATES else ()


def diagnose(task: TaskResult) -> tuple[Case, ...]:
    """The catalogued mistakes that this failure looks like, if one or two stand out."""
    first = task.first_failure
    if first is None or first.verdict in CHECKER_VERDICTS:
        return ()
    observed = signature(task.tests)
    prefixes = (f"{task.id}/mistakes/", f"{task.id}/starter")
    recorded = {n: s for n, s in load_signatures().items() if n.startswith(prefixes)}
    candidates = nearest(observed, recorded)
    # Nothing is wrong yet: nothing is there. `1.1/starter/…` is a starter that is begun.
    if any(name.startswith(f"{task.id}/starter") for name in candidates):
        return ()
    return tuple(case for case in cases(task.id, "mistakes") if case.id in candidates)
