"""What the app has answered to the requests of a learner's tests, read as data.

`request_recorder.py` writes the record on the learner's side, so it may hold anything. It is worth
something only next to the records of sound apps.
"""

import json
from collections.abc import Mapping, Sequence

from checks.harness.suites.junit import SIZE_LIMIT
from checks.sandbox.learner_files import LearnerFolder

CONDITION = ">"  # as in request_recorder.py, which imports nothing of the checker
ExchangeRecord = Mapping[str, Sequence[frozenset[str]]]
"""The name of a test → its exchanges, in order → the facts of one exchange."""


def read_exchanges(folder: LearnerFolder, name: str) -> ExchangeRecord:
    """The record of one run; {} for one that is absent, huge or odd."""
    try:
        document = json.loads(folder.read_bytes(name, SIZE_LIMIT))
        return {
            test: [frozenset(map(str, facts)) for facts in exchanges]
            for test, exchanges in document.items()
        }
    except (OSError, ValueError, RecursionError, AttributeError, TypeError):
        return {}


def app_answered_otherwise(record: ExchangeRecord, sound: Sequence[ExchangeRecord]) -> bool:
    """Whether a request was answered otherwise than by every sound app.

    A fact counts that all sound apps share: a new token, a timestamp and a commit that only
    some sound code sends differ between them. Only exchanges of the record are compared, so
    a test that ends early is no difference.
    """
    return any(
        _differs(exchanges, [other.get(test, ()) for other in sound])
        for test, exchanges in record.items()
    )


def _differs(
    exchanges: Sequence[frozenset[str]], sound: Sequence[Sequence[frozenset[str]]]
) -> bool:
    """Whether the first difference of one test is in an answer.

    From the first exchange on that has other conditions, what differs is the suite's own doing:
    it has sent another request, or changed the app.
    """
    for facts, *others in zip(exchanges, *sound, strict=False):
        if any(_conditions(other) != _conditions(facts) for other in others):
            return False
        if frozenset.intersection(*others) - facts:
            return True
    return False


def _conditions(facts: frozenset[str]) -> frozenset[str]:
    return frozenset(fact for fact in facts if fact.startswith(CONDITION))
