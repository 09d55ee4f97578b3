"""How `checks next` reports: for a person line by line, for a program as one document."""

from collections.abc import Iterable, Iterator

from checks.advance.advance import Plan
from checks.advance.file import Outcome, Row
from checks.course.course import Text
from checks.messages import next_and_submit as words
from checks.results.model import Results, as_json

SCHEMA = "eventure/next/v1"
WORDS = {
    Outcome.CARRIED: words.CARRIED,
    Outcome.KEPT: words.KEPT,
    Outcome.CONFLICT: words.CONFLICT,
}
SHOWN = 5


def lines(plan: Plan, lang: str, *, written: bool, dry_run: bool) -> Iterator[str]:
    """The table, what is left to the learner, and the next command."""
    if not plan.rows:
        yield _say(words.NOTHING, plan, lang)
        return
    yield f"{plan.day.folder} → {plan.into.folder}"
    wide = max(len(row.path) for row in plan.rows)
    for row in plan.rows:
        outcome = WORDS[row.outcome].in_(lang)
        yield f"  {outcome:<19} {row.path:<{wide}}  {_why(plan, row, lang)}"
    yield from _left_to_do(plan, lang)
    if plan.behind:
        yield _say(words.BEHIND, plan, lang, paths=listed(plan.behind))
    if written or dry_run:
        yield _say(words.WOULD if dry_run else words.WRITTEN, plan, lang)
    yield words.THEN.in_(lang) + next_command(plan)


def document(
    plan: Plan, snapshot: str | None, found: Results | None, lang: str
) -> dict[str, object]:
    """What `--json` prints; `written` is empty when nothing was."""
    files = [
        {
            "path": row.path,
            "outcome": row.outcome,
            "why": _why(plan, row, lang),
            "untouched": row.untouched,
        }
        for row in plan.rows
    ]
    return {
        "schema": SCHEMA,
        "from": plan.day.folder,
        "into": plan.into.folder,
        "files": files,
        "loose": [{"path": e.path, "line": e.line, "name": e.name} for e in plan.loose],
        "unproven": plan.unproven,
        "behind": plan.behind,
        "written": sorted(p for p in plan.changes if snapshot and p.startswith("days/")),
        "snapshot": snapshot,
        "next": next_command(plan),
        "check": None if found is None else as_json([found]),
    }


def question(plan: Plan, lang: str, *, can_ask: bool) -> str:
    """What to ask, or to say where nobody can answer, before an edited file is written."""
    names = listed(path.split("/", 2)[2] for path in plan.edited)
    return _say(words.ASK if can_ask else words.MUST_ASK, plan, lang, paths=names)


def next_command(plan: Plan) -> str:
    """Day N's tests on day N+1's tree: they must hold there, too."""
    return f"checks run day{plan.day.number} --tree days/{plan.into.folder}"


def listed(paths: Iterable[str]) -> str:
    """The first paths, and how many more there are."""
    shown = list(paths)
    more = f" … +{len(shown) - SHOWN}" if len(shown) > SHOWN else ""
    return ", ".join(shown[:SHOWN]) + more


def _say(text: Text, plan: Plan, lang: str, **more: object) -> str:
    return text.in_(lang).format(day=plan.day.folder, into=plan.into.folder, **more)


def _why(plan: Plan, row: Row, lang: str) -> str:
    texts = dict.fromkeys([row.why, *([words.UNTOUCHED] if row.untouched else [])])
    tasks = ", ".join(row.untouched)
    return "; ".join(_say(text, plan, lang, tasks=tasks) for text in texts)


def _left_to_do(plan: Plan, lang: str) -> Iterator[str]:
    folder = f"days/{plan.into.folder}"
    for row in plan.rows:
        if row.why == words.BOTH:
            yield _say(words.DECIDE, plan, lang, number=plan.day.number, path=row.path)
        if row.why == words.MARKED:
            yield _say(words.SETTLE, plan, lang, path=f"{folder}/{row.path}")
    if plan.unproven:
        tasks = ", ".join(plan.unproven)
        yield _say(words.UNPROVEN, plan, lang, number=plan.day.number, tasks=tasks)
    if any(row.why == words.MIGRATION for row in plan.rows):
        yield _say(words.MODELS, plan, lang)
    for each in plan.loose:
        text = words.LOOSE if each.name else words.NO_PYTHON
        place = f"{folder}/{each.path}"
        yield _say(text, plan, lang, path=place, line=each.line, name=each.name)
