"""Which recorded signatures a failure matches: by what is shown, unless what passes denies it."""

from collections.abc import Mapping
from fractions import Fraction

from checks.diagnosis.signatures import Signature
from checks.diagnosis.words import compared, promise

LEAST_IN_COMMON = Fraction(1, 2)
"""The share of the recorded mistake's broken promises that have to be broken here too."""
MAX_CANDIDATES = 2
"""More that match the same failure are a guess, not a diagnosis."""


def matches(observed: Signature, recorded: Signature) -> bool:
    """Whether the failure that is shown is the recorded one's, and nothing that passes denies it.

    Both break the same promise, in the same way and in the same words. What else fails here may be
    another mistake's.
    """
    ours, theirs = observed.shown, recorded.shown
    if not ours or promise(ours) != promise(theirs):
        return False
    if observed.judged[ours] != recorded.judged[theirs]:
        return False
    if compared(observed.says, ours) != compared(recorded.says, theirs):
        return False
    broken = _promises(recorded)
    return Fraction(len(broken & _promises(observed)), len(broken)) >= LEAST_IN_COMMON


def candidates(observed: Signature, recorded: Mapping[str, Signature]) -> tuple[str, ...]:
    """The names of the signatures that match, sorted."""
    return tuple(sorted(name for name, each in recorded.items() if matches(observed, each)))


def _promises(each: Signature) -> set[str]:
    return {promise(test) for test in each.judged}
