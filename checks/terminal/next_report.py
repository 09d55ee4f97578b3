"""The report of `checks next`: lines for a person, one document for a program."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from checks.advance.advance import Plan
from checks.advance.decision import Outcome, Row
from checks.course.course import Text
from checks.messages import next_and_submit
from checks.results.model import Results, as_json
from checks.terminal.wrapping import wrapped, wrapped_at, wrapped_path

SCHEMA = "eventure/next/v1"
OUTCOMES = {
    Outcome.CARRIED: next_and_submit.CARRIED,
    Outcome.KEPT: next_and_submit.KEPT,
    Outcome.CONFLICT: next_and_submit.CONFLICT,
}
MAX_PATHS = 5
INDENT, DEEPER = "  ", "      "


@dataclass(frozen=True)
class Shown:
    """The reader's language, and the columns of the terminal; None for no terminal."""

    lang: str
    width: int | None = None


def report_lines(plan: Plan, shown: Shown, *, written: bool, dry_run: bool) -> Iterator[str]:
    """The table, what is left for the learner to do, and the next command."""
    if not plan.rows:
        yield from wrapped(_filled(next_and_submit.NOTHING_TO_CARRY, plan, shown.lang), shown.width)
        return
    yield f"{plan.day.folder} → {plan.next_day.folder}"
    yield from _table(plan, shown)
    for line in _below_table(plan, shown.lang, written=written, dry_run=dry_run):
        yield from wrapped(line, shown.width)


def _table(plan: Plan, shown: Shown) -> list[str]:
    """A line for each file; where one does not fit the terminal, each has its reason below it."""
    rows = [(OUTCOMES[row.outcome].in_(shown.lang), row.path) for row in plan.rows]
    reasons = [_reason(plan, row, shown.lang) for row in plan.rows]
    first, second = (max(map(len, column)) for column in zip(*rows, strict=True))
    lines = [
        f"{INDENT}{outcome:<{max(19, first)}} {path:<{second}}  {why}"
        for (outcome, path), why in zip(rows, reasons, strict=True)
    ]
    width = shown.width
    if width is None or max(map(len, lines)) <= width:
        return lines
    return [
        line
        for (outcome, path), why in zip(rows, reasons, strict=True)
        for line in (*_headed(outcome, path, first, width), *wrapped_at(why, width, DEEPER))
    ]


def _headed(outcome: str, path: str, columns: int, width: int) -> list[str]:
    line = f"{INDENT}{outcome:<{columns}}  {path}"
    return [line] if len(line) <= width else [INDENT + outcome, *wrapped_path(path, width, DEEPER)]


def _below_table(plan: Plan, lang: str, *, written: bool, dry_run: bool) -> Iterator[str]:
    yield from _open_points(plan, lang)
    if plan.not_listed:
        yield _filled(next_and_submit.NOT_LISTED, plan, lang, paths=path_list(plan.not_listed))
    if written or dry_run:
        yield _filled(next_and_submit.DRY_RUN if dry_run else next_and_submit.WRITTEN, plan, lang)
    yield next_and_submit.NEXT_COMMAND.in_(lang) + next_command(plan)


def report_document(
    plan: Plan, snapshot: str | None, results: Results | None, lang: str
) -> dict[str, object]:
    """The document of `--json`; `written` is empty when nothing was written."""
    files = [
        {
            "path": row.path,
            "outcome": row.outcome,
            "why": _reason(plan, row, lang),
            "untouched": row.untouched,
        }
        for row in plan.rows
    ]
    return {
        "schema": SCHEMA,
        "from": plan.day.folder,
        "into": plan.next_day.folder,
        "files": files,
        "loose": [{"path": n.path, "line": n.line, "name": n.name} for n in plan.unresolved],
        "unproven": plan.not_passed,
        "behind": plan.not_listed,
        "written": sorted(p for p in plan.changes if snapshot and p.startswith("days/")),
        "snapshot": snapshot,
        "next": next_command(plan),
        "check": None if results is None else as_json([results]),
    }


def overwrite_question(plan: Plan, lang: str, *, can_ask: bool) -> str:
    """The question before an edited file is overwritten; without a terminal, the refusal."""
    names = path_list(path.split("/", 2)[2] for path in plan.edited)
    text = next_and_submit.CONFIRM_MERGE if can_ask else next_and_submit.NEEDS_YES
    return _filled(text, plan, lang, paths=names)


def next_command(plan: Plan) -> str:
    """The command that runs day N's tests on day N+1's tree: they have to pass there too."""
    return f"checks run day{plan.day.number} --tree days/{plan.next_day.folder}"


def path_list(paths: Iterable[str]) -> str:
    """The first paths, and how many more there are."""
    all_paths = list(paths)
    rest = f" … +{len(all_paths) - MAX_PATHS}" if len(all_paths) > MAX_PATHS else ""
    return ", ".join(all_paths[:MAX_PATHS]) + rest


def _filled(text: Text, plan: Plan, lang: str, **values: object) -> str:
    return text.in_(lang).format(day=plan.day.folder, into=plan.next_day.folder, **values)


def _reason(plan: Plan, row: Row, lang: str) -> str:
    texts = dict.fromkeys([row.why, *([next_and_submit.UNTOUCHED] if row.untouched else [])])
    tasks = ", ".join(row.untouched)
    number = plan.day.number
    return "; ".join(_filled(text, plan, lang, tasks=tasks, number=number) for text in texts)


def _open_points(plan: Plan, lang: str) -> Iterator[str]:
    folder = f"days/{plan.next_day.folder}"
    for row in plan.rows:
        if row.why == next_and_submit.BOTH_CHANGED:
            text = next_and_submit.DECIDE_LINE_BY_LINE
            yield _filled(text, plan, lang, number=plan.day.number, path=row.path)
        if row.why == next_and_submit.HAS_CONFLICT_MARKERS:
            yield _filled(next_and_submit.RESOLVE_CONFLICT, plan, lang, path=f"{folder}/{row.path}")
    if plan.not_passed:
        tasks = ", ".join(plan.not_passed)
        yield _filled(next_and_submit.UNPROVEN, plan, lang, number=plan.day.number, tasks=tasks)
    if plan.staying:
        yield _filled(next_and_submit.ADD_MIGRATION, plan, lang)
        text, path = next_and_submit.ACCEPT_MIGRATIONS, plan.staying[0]
        yield _filled(text, plan, lang, number=plan.day.number, path=path)
    for name in plan.unresolved:
        text = next_and_submit.UNRESOLVED_NAME if name.name else next_and_submit.NOT_PYTHON
        place = f"{folder}/{name.path}"
        yield _filled(text, plan, lang, path=place, line=name.line, name=name.name)
