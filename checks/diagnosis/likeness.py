"""Which recorded signatures a failure fits: by the words that are shown, then by what else fails."""

from collections.abc import Iterable, Mapping, Set
from fractions import Fraction

from checks.diagnosis.signatures import Signature
from checks.diagnosis.words import compared, promise

CLOSE_ENOUGH = Fraction(3, 5)
"""The share of broken promises that both must have."""
MAX_CANDIDATES = 2
"""More that fit the same failure are a guess, not a diagnosis."""


def likeness(observed: Signature, recorded: Signature) -> tuple[Fraction, Fraction]:
    """How alike two failures are, promises first, then their parametrised instances; 0 to 1.

    Nothing, unless the failures that are shown break one promise in one way and in the same words.
    """
    if not _shows_the_same(observed, recorded):
        return Fraction(0), Fraction(0)
    share = _share(_promises(observed), _promises(recorded))
    return share, _share(observed.judged.items(), recorded.judged.items())


def nearest(observed: Signature, recorded: Mapping[str, Signature]) -> tuple[str, ...]:
    """The names of the signatures that fit best, sorted; none when none is close enough."""
    ranked = {name: likeness(observed, each) for name, each in recorded.items()}
    best = max(ranked.values(), default=(Fraction(0), Fraction(0)))
    if best[0] < CLOSE_ENOUGH:
        return ()
    return tuple(sorted(name for name, score in ranked.items() if score == best))


def _shows_the_same(observed: Signature, recorded: Signature) -> bool:
    ours, theirs = observed.shown, recorded.shown
    if not ours or promise(ours) != promise(theirs):
        return False
    if observed.judged[ours] != recorded.judged[theirs]:
        return False
    return compared(observed.says, ours) == compared(recorded.says, theirs)


def _promises(each: Signature) -> Set[tuple[str, str]]:
    """Each promise that is broken, and how: `fail`, `error`, `timeout`."""
    return {(promise(test), how.split()[0]) for test, how in each.judged.items()}


def _share(ours: Iterable[object], theirs: Iterable[object]) -> Fraction:
    """The Jaccard index of two sets, one of which has something in it."""
    mine, other = set(ours), set(theirs)
    return Fraction(len(mine & other), len(mine | other))
