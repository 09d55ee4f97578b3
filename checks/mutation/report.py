"""What was seen of a task's mutants: counts, then each one that is open with its diff."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from checks.mutation.equivalents import Equivalent
from checks.mutation.mutant import Mutant
from checks.mutation.trial import Judgement, Outcome

SCHEMA = "eventure/mutate/v1"


@dataclass
class MutationReport:
    """One task: `stale` has the entries that fit no mutant, or only mutants that tests kill."""

    id: str
    total: int
    entries: list[Equivalent]
    stale: list[str] = field(default_factory=list)
    judged: list[tuple[Mutant, Judgement]] = field(default_factory=list)

    def with_outcome(self, outcome: Outcome) -> list[tuple[Mutant, Judgement]]:
        return sorted(
            (pair for pair in self.judged if pair[1].outcome is outcome),
            key=lambda pair: (pair[0].path, pair[0].line, pair[0].id),
        )

    @property
    def open(self) -> list[Mutant]:
        """The survivors without an entry."""
        survivors = (mutant for mutant, _ in self.with_outcome(Outcome.SURVIVED))
        return [mutant for mutant in survivors if self.reason(mutant) is None]

    def reason(self, mutant: Mutant) -> str | None:
        """Why a survivor changes nothing that was promised; None when no entry says so."""
        return next((entry.reason for entry in self.entries if entry.fits(mutant)), None)

    def killed_entries(self) -> Iterator[Equivalent]:
        """The entries of which each mutant was run and killed: a test asks what they excuse.

        None in a sample: a mutant that it leaves out may be the one that an entry excuses.
        """
        if len(self.judged) < self.total:
            return
        for entry in self.entries:
            outcomes = {judgement.outcome for m, judgement in self.judged if entry.fits(m)}
            if outcomes == {Outcome.KILLED}:
                yield entry

    @property
    def problems(self) -> list[str]:
        killed = [f"a test kills {entry}; delete this entry" for entry in self.killed_entries()]
        return [*self.stale, *killed]

    @property
    def holds(self) -> bool:
        return not self.open and not self.problems

    def counts(self) -> dict[str, int]:
        outcomes = Counter(judgement.outcome for _, judgement in self.judged)
        survived = outcomes[Outcome.SURVIVED]
        return {
            "mutants": self.total,
            "run": len(self.judged),
            "killed": outcomes[Outcome.KILLED],
            "explained": survived - len(self.open),
            "open": len(self.open),
            "unjudged": outcomes[Outcome.UNJUDGED],
        }

    def lines(self) -> Iterator[str]:
        """The counts, what is open with its diff, what could not be judged, stale entries."""
        counts = self.counts()
        sampled = f" of {counts['mutants']}" if counts["run"] < counts["mutants"] else ""
        unjudged = f", unjudged {counts['unjudged']}" if counts["unjudged"] else ""
        yield (
            f"{self.id:<4} mutants {counts['run']}{sampled}: killed {counts['killed']},"
            f" explained {counts['explained']}, open {counts['open']}{unjudged}"
        )
        for mutant in self.open:
            yield f"  {mutant.path}:{mutant.line} {mutant.operator}: no test notices it"
            yield from (f"    {line}" for line in mutant.diff().splitlines()[2:])
        for mutant, judgement in self.with_outcome(Outcome.UNJUDGED):
            yield f"  {mutant.path}:{mutant.line} could not be judged: {judgement.says}"
        yield from (f"  {problem}" for problem in self.problems)

    def as_json(self) -> dict[str, Any]:
        documents = [self._mutant_json(*pair) for pair in self.judged]
        return {"task": self.id, **self.counts(), "stale": self.problems, "judged": documents}

    def _mutant_json(self, mutant: Mutant, judgement: Judgement) -> dict[str, Any]:
        was, now = mutant.change
        return {
            "file": mutant.path,
            "line": mutant.line,
            "operator": mutant.operator,
            "outcome": judgement.outcome.value,
            "test": judgement.test,
            "says": judgement.says,
            "was": was,
            "now": now,
            "reason": self.reason(mutant) if judgement.outcome is Outcome.SURVIVED else None,
            "diff": mutant.diff(),
        }


def total_line(reports: Iterable[MutationReport]) -> str:
    """All tasks in one line, with the share that is killed or explained."""
    total = Counter[str]()
    for report in reports:
        total.update(report.counts())
    judged = total["killed"] + total["explained"] + total["open"]
    share = 100 * (judged - total["open"]) / judged if judged else 100.0
    return (
        f"all  mutants {total['run']}: killed {total['killed']}, explained {total['explained']},"
        f" open {total['open']}, unjudged {total['unjudged']}; {share:.1f} % killed or explained"
    )
