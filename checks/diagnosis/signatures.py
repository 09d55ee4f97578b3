"""The signature of a mistake: which tests do not pass, and how; recorded for each in one file."""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from checks.diagnosis.words import stable
from checks.results.catalogue import CATALOGUE
from checks.results.model import NO_FAILURE, TestResult, Verdict

SIGNATURES = CATALOGUE / "signatures.json"

# `app/x.py:3 in f: sqlalchemy.exc.NoResultFound: …`, as a cause's frame has it
RAISED = re.compile(r": (?:[\w.]+\.)?(\w+)(?::|$)")


@dataclass(frozen=True)
class Signature:
    """How a mistake shows: what became of each test that did not pass, and the first one's words.

    `tests` has, by name, the verdict, the status that was seen, and the exception behind a 500.
    A mistake that is not `alone` shows only after the tests before have run.
    """

    tests: dict[str, str]
    says: str = ""
    alone: bool = True

    @property
    def judged(self) -> dict[str, str]:
        """What was judged: any early failure blocks the same tests, so those tell nothing."""
        return {name: how for name, how in self.tests.items() if how != Verdict.BLOCKED}

    @property
    def shown(self) -> str:
        """The name of the failing test that a learner sees; empty when none was judged."""
        return next(iter(self.judged), "")


def signature(tests: Iterable[TestResult]) -> Signature:
    """Which tests do not pass, and how."""
    wrong = [test for test in tests if test.verdict not in NO_FAILURE]
    shown = next((test.cause for test in wrong if test.verdict is not Verdict.BLOCKED), None)
    says = stable(shown.message) if shown else ""
    return Signature({test.name: _outcome(test) for test in wrong}, says)


def _outcome(test: TestResult) -> str:
    """`fail 200`, `fail 500 KeyError`, `blocked`."""
    exchange = test.cause.exchange if test.cause else None
    if exchange is None or test.verdict is Verdict.BLOCKED:
        return test.verdict.value
    raised = RAISED.search(test.cause.frame) if test.cause and exchange.status == 500 else None
    return " ".join([test.verdict.value, str(exchange.status), *([raised[1]] if raised else [])])


def load_signatures(file: Path = SIGNATURES) -> dict[str, Signature]:
    """The recorded signature of every mistake by case id, and of each starter: `1.2/starter`."""
    if not file.exists():
        return {}
    data = json.loads(file.read_text())
    return {name: Signature(**fields) for name, fields in data.items()}


def save_signatures(signatures: dict[str, Signature], file: Path = SIGNATURES) -> None:
    """Record the signatures of what was run; the others stay as they are."""
    merged = {**load_signatures(file), **signatures}
    stored = {name: _stored(merged[name]) for name in sorted(merged) if _exists(name, file.parent)}
    file.write_text(json.dumps(stored, indent=1) + "\n")


def _stored(signature: Signature) -> dict[str, Any]:
    """Its fields, in words that re-recording repeats; `alone` is written only where not so."""
    fields = asdict(signature) | {"says": stable(signature.says)}
    return fields if not signature.alone else {k: v for k, v in fields.items() if k != "alone"}


def _exists(name: str, folder: Path) -> bool:
    return "/starter" in name or (folder / f"{name}.patch").is_file()
