"""Gates: a test behind one that did not pass could only pass by accident, so it is blocked.

Several processes share the tests of a run, and each gate is asked by one of them. So what the
others have judged meanwhile is set right when their records are put together.
"""

from collections.abc import Iterable
from typing import Any

from checks.results.model import NO_FAILURE, Verdict

Record = dict[str, Any]


def is_failed_gate(record: Record) -> bool:
    """Whether a record is that of a gate which has been asked and did not pass."""
    judged = bool(record.get("gate")) and not record.get("planned")
    return judged and record["verdict"] not in NO_FAILURE


def blocked_by(gate: str) -> str:
    """What is said of a test behind that gate."""
    return f"blocked: {gate} has to pass first"


def behind_gates(records: Iterable[Record]) -> list[Record]:
    """The records of one task, in the order of its file, with what a shut gate blocks blocked."""
    merged, failed_gate = [], ""
    for record in records:
        behind = failed_gate and not record.get("gate") and _is_judged(record)
        merged.append({**record, **_blocked(failed_gate)} if behind else record)
        failed_gate = failed_gate or (record["name"] if is_failed_gate(record) else "")
    return merged


def _blocked(gate: str) -> Record:
    cause = {"message": blocked_by(gate), "statements": (), "frame": "", "log": ""}
    return {"verdict": Verdict.BLOCKED, "seconds": 0.0, "cause": cause}


def _is_judged(record: Record) -> bool:
    quiet = (Verdict.NOT_RUN, Verdict.SKIPPED)
    return not record.get("planned") and record["verdict"] not in quiet
