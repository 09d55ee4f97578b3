"""The cohort as pages that work from a disk: a heat map, and a page of feedback for each person.

No script, nothing fetched: the pages forbid both to themselves. Every text in them may have been
written by a learner's program, so every text is escaped.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from checks.export.graded import Graded, clean
from checks.messages.messages import translate
from checks.results.diagnose import diagnose
from checks.results.model import Cause, TaskResult, Verdict
from checks.terminal.failure import MAX_STATEMENTS, shorten_sql

# a shape beside each colour: not everybody sees the colours, and paper has none
MARKS = {
    Verdict.PASS: "✔",
    Verdict.BLOCKED: "…",
    Verdict.NOT_RUN: "·",
    Verdict.SKIPPED: "–",
    Verdict.INFRA_ERROR: "?",
}
PAGE = """<!doctype html>
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


def overview(rows: Sequence[Graded], *, contained: bool, lang: str) -> bytes:
    """The heat map, how many passed each task, and the mistakes that more than one person made."""
    parts = [
        _paragraph(
            translate("run in the sandbox" if contained else "NOT run in the sandbox", lang)
        ),
        _table(rows, lang),
        *_mistakes(rows, lang),
    ]
    return _page(translate("The cohort", lang), parts, lang)


def feedback(row: Graded, lang: str) -> bytes:
    """One person's page: each task, and of each that does not pass its first failure."""
    points = "?" if row.points is None else row.points
    parts = [
        _paragraph(f"{translate('points', lang)} {points}/{row.max}"),
        *map(_paragraph, row.look),
    ]
    for task in row.tasks:
        parts += _task(task, lang)
    return _page(row.name, parts, lang)


def _page(title: str, parts: Iterable[str], lang: str) -> bytes:
    body = "\n".join(parts)
    return PAGE.format(title=_text(title), body=body, lang=_text(lang)).encode()


def _table(rows: Sequence[Graded], lang: str) -> str:
    tasks = rows[0].tasks if rows else ()
    head = "".join(f'<th scope="col" title="{_text(t.title)}">{_text(t.id)}</th>' for t in tasks)
    passed = Counter(t.id for row in rows for t in row.tasks if t.verdict is Verdict.PASS)
    share = "".join(f"<td>{passed[t.id]}/{len(rows)}</td>" for t in tasks)
    return (
        f'<div class="wide"><table><tr><th scope="col">{translate("name", lang)}</th>'
        f'<th scope="col">{translate("points", lang)}</th>{head}</tr>'
        f"<tr><td>{translate('passed', lang)}</td><td></td>{share}</tr>"
        + "".join(map(_line, rows))
        + "</table></div>"
    )


def _line(row: Graded) -> str:
    points = "?" if row.points is None else row.points
    cells = "".join(
        f'<td class="{_text(task.verdict)}" title="{_text(task.id)}: {_text(task.verdict)}">'
        f"{MARKS.get(task.verdict, '✘')}</td>"
        for task in row.tasks
    )
    page = f"{_text(row.slug)}.html"
    name = f'<a href="{page}">{_text(row.name)}</a>'
    return f"<tr><td>{name}</td><td>{points}/{row.max}</td>{cells}</tr>"


def _mistakes(rows: Sequence[Graded], lang: str) -> list[str]:
    """What several people got wrong in the same way, the commonest first."""
    made: Counter[str] = Counter()
    titles: dict[str, str] = {}
    for case in (case for row in rows for task in row.tasks for case in diagnose(task)):
        made[case.id] += 1
        titles[case.id] = f"{case.task}: {case.title.in_(lang)}"
    shared = [(count, titles[name]) for name, count in made.most_common() if count > 1]
    if not shared:
        return []
    items = "".join(f"<li>{count} × {_text(title)}</li>" for count, title in shared)
    return [f"<h2>{translate('Mistakes that several made', lang)}</h2>", f"<ul>{items}</ul>"]


def _task(task: TaskResult, lang: str) -> list[str]:
    mark, word = MARKS.get(task.verdict, "✘"), translate(task.verdict, lang)
    counted = f"{translate('tests', lang)} {task.passed}/{len(task.tests)}"
    parts = [
        f"<h2>{mark} {_text(task.id)} {_text(task.title)}</h2>",
        _paragraph(
            f"{word} · {counted} · {translate('points', lang)} {task.points}/{task.max_points}"
        ),
    ]
    first = task.first_failure
    if first is None:
        return parts
    parts.append(_paragraph(first.name.rsplit("::", maxsplit=1)[-1]))
    parts.append(f"<pre>{_text(_story(first.cause, lang))}</pre>")
    parts += [f'<p class="hint">{_text(case.hint.in_(lang))}</p>' for case in diagnose(task)]
    return parts


def _story(cause: Cause | None, lang: str) -> str:
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


def _text(text: str) -> str:
    """The one way in which a text gets into a page, attributes included."""
    return escape(clean(text))


def _paragraph(text: str) -> str:
    return f"<p>{_text(text)}</p>"


def pages(rows: Sequence[Graded], *, contained: bool, lang: str) -> Mapping[str, bytes]:
    """Every page by its file's name."""
    made = {"index.html": overview(rows, contained=contained, lang=lang)}
    return made | {f"{row.slug}.html": feedback(row, lang) for row in rows}
