"""The cohort as pages that work from a disk: a heat map, and a page of feedback for each person.

The pages run no script and fetch nothing; their Content-Security-Policy forbids both. Any text may
come from a learner's program, so every text is escaped.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from checks.diagnosis.diagnose import diagnose
from checks.export.graded import GradedRow
from checks.grade.texts import clean
from checks.messages.messages import translate
from checks.results.model import Cause, TaskResult, Verdict
from checks.terminal.failure import MAX_STATEMENTS, shorten_sql

# a symbol beside each colour, for colour-blind readers and for print
SYMBOLS = {
    Verdict.PASS: "✔",
    Verdict.BLOCKED: "…",
    Verdict.NOT_RUN: "·",
    Verdict.SKIPPED: "–",
    Verdict.INFRA_ERROR: "?",
}
TEMPLATE = """<!doctype html>
<html lang="{lang}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }}
body {{ margin: 2rem auto; max-width: 75rem; padding: 0 1rem }}
table {{ border-collapse: collapse }}
.wide {{ overflow-x: auto }}
th, td {{ padding: .2rem .5rem; text-align: center; border: 1px solid #8886 }}
th:first-child, td:first-child {{ text-align: left }}
.pass {{ background: #2a7d4f; color: #fff }}
.fail, .error, .timeout, .oom, .output_limit {{ background: #b3372f; color: #fff }}
.blocked, .flaky, .infra_error {{ background: #8a6d00; color: #fff }}
pre {{ white-space: pre-wrap; overflow-wrap: anywhere; padding: .5rem;
  border-left: 3px solid #888 }}
.hint {{ padding: .5rem 1rem; border: 1px solid #888 }}
</style>
<h1>{title}</h1>
{body}
</html>
"""


def overview(rows: Sequence[GradedRow], *, contained: bool, lang: str) -> bytes:
    """The heat map, the pass rate of each task, and the mistakes of more than one person."""
    parts = [
        _paragraph(
            translate("run in the sandbox" if contained else "NOT run in the sandbox", lang)
        ),
        _table(rows, lang),
        *_common_mistakes(rows, lang),
    ]
    return _page(translate("The cohort", lang), parts, lang)


def feedback(row: GradedRow, lang: str) -> bytes:
    """One person's page: each task, with the first failure of a task that does not pass."""
    parts = [
        _paragraph(f"{translate('points', lang)} {row.score}"),
        *map(_paragraph, row.review_reasons),
    ]
    for task in row.tasks:
        parts += _task_section(task, lang)
    return _page(row.name, parts, lang)


def _page(title: str, parts: Iterable[str], lang: str) -> bytes:
    body = "\n".join(parts)
    return TEMPLATE.format(title=_escape(title), body=body, lang=_escape(lang)).encode()


def _table(rows: Sequence[GradedRow], lang: str) -> str:
    tasks = rows[0].tasks if rows else ()
    header = "".join(
        f'<th scope="col" title="{_escape(t.title)}">{_escape(t.id)}</th>' for t in tasks
    )
    passed = Counter(t.id for row in rows for t in row.tasks if t.verdict is Verdict.PASS)
    pass_rates = "".join(f"<td>{passed[t.id]}/{len(rows)}</td>" for t in tasks)
    return (
        f'<div class="wide"><table><tr><th scope="col">{translate("name", lang)}</th>'
        f'<th scope="col">{translate("points", lang)}</th>{header}</tr>'
        f"<tr><td>{translate('passed', lang)}</td><td></td>{pass_rates}</tr>"
        + "".join(map(_table_row, rows))
        + "</table></div>"
    )


def _table_row(row: GradedRow) -> str:
    cells = "".join(
        f'<td class="{_escape(task.verdict)}" title="{_escape(task.id)}: {_escape(task.verdict)}">'
        f"{SYMBOLS.get(task.verdict, '✘')}</td>"
        for task in row.tasks
    )
    page = f"{_escape(row.slug)}.html"
    name = f'<a href="{page}">{_escape(row.name)}</a>'
    return f"<tr><td>{name}</td><td>{row.score}</td>{cells}</tr>"


def _common_mistakes(rows: Sequence[GradedRow], lang: str) -> list[str]:
    """The mistakes of several people, the most frequent first."""
    counts: Counter[str] = Counter()
    titles: dict[str, str] = {}
    for case in (case for row in rows for task in row.tasks for case in diagnose(task)):
        counts[case.id] += 1
        titles[case.id] = f"{case.task}: {case.title.in_(lang)}"
    common = [(count, titles[name]) for name, count in counts.most_common() if count > 1]
    if not common:
        return []
    items = "".join(f"<li>{count} × {_escape(title)}</li>" for count, title in common)
    return [f"<h2>{translate('Mistakes that several made', lang)}</h2>", f"<ul>{items}</ul>"]


def _task_section(task: TaskResult, lang: str) -> list[str]:
    symbol, verdict = SYMBOLS.get(task.verdict, "✘"), translate(task.verdict, lang)
    tests = f"{translate('tests', lang)} {task.passed}/{len(task.tests)}"
    points = translate("bonus points" if task.is_bonus else "points", lang)
    parts = [
        f"<h2>{symbol} {_escape(task.id)} {_escape(task.title)}</h2>",
        _paragraph(f"{verdict} · {tests} · {points} {task.points}/{task.max_points}"),
    ]
    failure = task.first_failure
    if failure is None:
        return parts
    parts.append(_paragraph(failure.name.rsplit("::", maxsplit=1)[-1]))
    parts.append(f"<pre>{_escape(_cause_text(failure.cause, lang))}</pre>")
    parts += [f'<p class="hint">{_escape(case.hint.in_(lang))}</p>' for case in diagnose(task)]
    return parts


def _cause_text(cause: Cause | None, lang: str) -> str:
    if cause is None:
        return translate("no cause was recorded", lang)
    lines = [cause.message]
    if cause.exchange:
        status = cause.exchange.status or translate("no answer", lang)
        lines.append(f"→ {cause.exchange.method} {cause.exchange.path} {cause.exchange.request}")
        lines.append(f"← {status} {cause.exchange.response}")
    lines += [f"SQL {shorten_sql(each)}" for each in cause.statements[-MAX_STATEMENTS:]]
    return "\n".join(
        [*lines, *([f"{translate('your code', lang)} {cause.frame}"] if cause.frame else [])]
    )


def _escape(text: str) -> str:
    """The escaped text: every text and attribute of a page goes through here."""
    return escape(clean(text))


def _paragraph(text: str) -> str:
    return f"<p>{_escape(text)}</p>"


def pages(rows: Sequence[GradedRow], *, contained: bool, lang: str) -> Mapping[str, bytes]:
    """Every page by its file name."""
    documents = {"index.html": overview(rows, contained=contained, lang=lang)}
    return documents | {f"{row.slug}.html": feedback(row, lang) for row in rows}
