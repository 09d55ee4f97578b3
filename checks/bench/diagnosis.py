"""How often a hint is right, silent or wrong: `python -m checks.bench.diagnosis [TASK…]`.

The catalogue is asked about itself, from the recorded signatures alone. A known mistake that is
written otherwise has to be named, or nothing is said. A mistake that is taken out of the catalogue
has to be met with silence, and a starter too. The confusions stand below the table, by task.

A mistake is taken out with its look-alikes; then alone, when their shared question is right for it;
then alone, as if nobody had written shared questions. The last row has no goal: it says how often a
mistake that nobody knows fails in a known mistake's words.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from checks.bench.failure_variants import VARIANTS
from checks.diagnosis.diagnose import named
from checks.diagnosis.look_alikes import LookAlikes, look_alikes
from checks.diagnosis.signatures import Signature, load_signatures

MOST_WRONG = 0.03
LEAST_RIGHT = 0.70
ALIKE = "known by its look-alikes"
OTHERWISE, TAKEN_OUT, STARTERS = "written otherwise", "taken out", "starters"
ALONE, UNSHARED = "taken out, look-alikes stay", "taken out, no shared question"


@dataclass(frozen=True)
class Known:
    """What is recorded of one task: signatures by case id, groups of look-alikes."""

    recorded: Mapping[str, Signature]
    groups: Sequence[LookAlikes]

    @property
    def mistakes(self) -> list[str]:
        return [name for name in self.recorded if "/mistakes/" in name]

    def alike(self, name: str) -> frozenset[str]:
        """The mistake and its look-alikes."""
        groups = (group.mistakes for group in self.groups if name in group.mistakes)
        return next(groups, frozenset({name}))

    def name(self, observed: Signature, without: Iterable[str] = ()) -> tuple[str, ...]:
        """What is named when some mistakes are not in the catalogue."""
        out = set(without)
        left = {name: each for name, each in self.recorded.items() if name not in out}
        return named(observed, left, self.groups)


@dataclass
class Count:
    """The answers of one kind, and what was taken for what."""

    right: int = 0
    silent: int = 0
    confusions: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def add(self, mistake: str, names: tuple[str, ...]) -> None:
        if not names:
            self.silent += 1
        elif mistake in names:
            self.right += 1
        else:
            self.confusions.append((mistake, names))

    @property
    def wrong(self) -> int:
        return len(self.confusions)

    @property
    def total(self) -> int:
        return self.right + self.silent + self.wrong

    def share(self, part: int) -> float:
        return part / self.total if self.total else 0.0


def known_tasks(tasks: Sequence[str] = ()) -> list[Known]:
    """The tasks that have signatures, or those that are named."""
    recorded = load_signatures()
    ids = dict.fromkeys(name.split("/", maxsplit=1)[0] for name in recorded)
    return [
        Known({n: s for n, s in recorded.items() if n.startswith(f"{task}/")}, look_alikes(task))
        for task in ids
        if not tasks or task in tasks
    ]


def written_otherwise(tasks: Iterable[Known]) -> dict[str, Count]:
    """Each mistake, with its own failure varied; and by its look-alikes, when it is taken out."""
    counts = {name: Count() for name in (*VARIANTS, ALIKE)}
    for known in tasks:
        for mistake in known.mistakes:
            for name, vary in VARIANTS.items():
                for observed in vary(known.recorded[mistake]):
                    counts[name].add(mistake, known.name(observed))
            if len(known.alike(mistake)) > 1:
                counts[ALIKE].add(mistake, known.name(known.recorded[mistake], [mistake]))
    return counts


def taken_out(tasks: Iterable[Known], out: Callable[[Known, str], Iterable[str]]) -> Count:
    """Each mistake as a failure that the catalogue does not know."""
    count = Count()
    for known in tasks:
        for mistake in known.mistakes:
            count.add(mistake, known.name(known.recorded[mistake], out(known, mistake)))
    return count


def starters(tasks: Iterable[Known]) -> Count:
    """Each starter: who has not begun has made no mistake."""
    count = Count()
    for known in tasks:
        for name, each in known.recorded.items():
            if name not in known.mistakes:
                count.add(name, known.name(each))
    return count


def total(counts: Iterable[Count]) -> Count:
    """All answers of several kinds."""
    result = Count()
    for count in counts:
        result.right += count.right
        result.silent += count.silent
        result.confusions += count.confusions
    return result


def measure(tasks: Sequence[Known]) -> dict[str, Count]:
    """Every row of the table, by its name; the sum stands below its parts."""
    parts = written_otherwise(tasks)
    return {
        **parts,
        OTHERWISE: total(parts.values()),
        TAKEN_OUT: taken_out(tasks, lambda known, name: known.alike(name)),
        ALONE: taken_out(tasks, lambda _, name: [name]),
        STARTERS: starters(tasks),
        UNSHARED: taken_out([Known(each.recorded, ()) for each in tasks], lambda _, name: [name]),
    }


def misses(counts: Mapping[str, Count]) -> list[str]:
    """The goals that are not reached, a sentence each."""
    rows = (name for name in counts if name != UNSHARED)
    wrong = [name for name in rows if counts[name].share(counts[name].wrong) > MOST_WRONG]
    lines = [f"{name}: more than {MOST_WRONG:.0%} are wrong" for name in wrong]
    otherwise = counts[OTHERWISE]
    if otherwise.share(otherwise.right) < LEAST_RIGHT:
        lines.append(f"{OTHERWISE}: fewer than {LEAST_RIGHT:.0%} are right")
    return lines


def table(counts: Mapping[str, Count]) -> Iterator[str]:
    yield f"{'':<30}{'asked':>7}{'right':>7}{'silent':>8}{'wrong':>7}{'right':>9}{'wrong':>8}"
    for name, each in counts.items():
        numbers = f"{each.total:>7}{each.right:>7}{each.silent:>8}{each.wrong:>7}"
        yield f"{name:<30}{numbers}{each.share(each.right):>9.1%}{each.share(each.wrong):>8.1%}"


def confusions(counts: Mapping[str, Count]) -> Iterator[str]:
    """Which mistake was taken for which, the tasks with the most confusions first."""
    pairs = Counter(
        (mistake, ", ".join(name.rpartition("/")[2] for name in names))
        for row, each in counts.items()
        if row not in (OTHERWISE, UNSHARED)
        for mistake, names in each.confusions
    )
    by_task = Counter(mistake.split("/")[0] for mistake, _ in pairs.elements())
    for (mistake, names), times in sorted(pairs.items(), key=lambda p: (-by_task[_task(p)], p[0])):
        yield f"{mistake} as {names} ({times})"


def _task(pair: tuple[tuple[str, str], int]) -> str:
    return pair[0][0].split("/")[0]


def main(*tasks: str) -> int:
    """Print the table and the confusions; 1 when a goal is missed."""
    counts = measure(known_tasks(tasks))
    print(*table(counts), *confusions(counts), sep="\n")
    missed = misses(counts)
    print(*missed, sep="\n", end="\n" if missed else "")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
