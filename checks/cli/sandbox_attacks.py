"""`checks grade doctor`: the attacks on the sandbox; nothing is graded where one gets through."""

import json

from checks.errors import CourseError
from checks.grade.attacks.all_attacks import attack_all
from checks.sandbox import bubblewrap


def require_sandbox(uncontained: bool, lang: str) -> None:
    """Refuse to run strangers' code where the sandbox does not hold, unless told to."""
    if uncontained:
        return
    containment = bubblewrap.probe()
    reasons = containment.reasons or tuple(
        f"an attack got through: {outcome.name.in_(lang)} ({outcome.reason})"
        for outcome in attack_all()
        if not outcome.blocked
    )
    if reasons:
        message = "Nothing was graded: the sandbox does not hold here. "
        raise CourseError(
            message
            + " ".join(reasons)
            + " --uncontained grades all the same, and says so in each row"
        )


def require_same_sandbox(uncontained: bool) -> None:
    """The kind of sandbox is a part of each cell's key, so the grader needs one as workers do."""
    containment = bubblewrap.probe()
    if not uncontained and containment.kind == "none":
        reasons = " ".join(containment.reasons)
        raise CourseError(
            f"Nothing was sent: workers grade in a sandbox, and this machine has none. {reasons} "
            "Run `checks grade --queue` in the workers' image"
        )


def attack_sandbox(lang: str, as_document: bool) -> int:
    """Try every attack and say which got through; the exit code."""
    containment = bubblewrap.probe()
    if containment.kind == "none":
        raise CourseError("Cannot contain anything here: " + " ".join(containment.reasons))
    outcomes = list(attack_all())
    if as_document:
        attacks = [
            {"attack": outcome.name.en, "held": outcome.blocked, "why": outcome.reason}
            for outcome in outcomes
        ]
        print(json.dumps({"schema": "eventure/attacks/v1", "attacks": attacks}, indent=1))
    else:
        for outcome in outcomes:
            mark = "✔" if outcome.blocked else "✘"
            print(
                f"{mark} {outcome.name.in_(lang)}"
                + (f": {outcome.reason}" if outcome.reason else "")
            )
    return 0 if all(outcome.blocked for outcome in outcomes) else 1
