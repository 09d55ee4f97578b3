"""From a learner's failing set to the known mistake that it looks like."""

from collections.abc import Mapping

from checks.cases import Case, Signature, cases, load_signatures, signature
from checks.results import TaskResult

CLOSE_ENOUGH = 0.6


def likeness(mine: Signature, known: Signature) -> float:
    """How much two failing sets have in common: 1 for equal, 0 for disjoint (Jaccard)."""
    if not mine or not known:
        return 0.0
    both = set(mine.items()) & set(known.items())
    return len(both) / len(set(mine.items()) | set(known.items()))


def nearest(mine: Signature, known: Mapping[str, Signature]) -> str | None:
    """The id of the nearest signature; None when none is near or two are equally so."""
    ranked = sorted(((likeness(mine, s), name) for name, s in known.items()), reverse=True)
    if not ranked or ranked[0][0] < CLOSE_ENOUGH:
        return None
    if len(ranked) > 1 and ranked[1][0] == ranked[0][0]:
        return None
    return ranked[0][1]


def diagnose(task: TaskResult) -> Case | None:
    """The catalogued mistake that this failure looks like, if one stands out."""
    prefix = f"{task.id}/mistakes/"
    known = {n: s for n, s in load_signatures().items() if n.startswith(prefix)}
    name = nearest(signature(task.tests), known)
    if name is None:
        return None
    return next((c for c in cases(task.id, "mistakes") if c.id == name), None)
