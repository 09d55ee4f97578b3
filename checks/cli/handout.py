"""The learners' copy: `checks handout` makes it, `checks upgrade` brings a newer course into it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from checks.course.course import DAYS, find_root, load_course, planned_day
from checks.course.learners_copy import BASE, is_learners_copy, read_base
from checks.errors import CourseError
from checks.handout.contents import handout_files
from checks.handout.upgrade import Choices, Outcome, Plan, plan_upgrade, write_upgrade
from checks.handout.write import write_handout
from checks.messages import handout as texts
from checks.terminal import prompt
from checks.workspace.progress import forget_verdicts

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Lang = Annotated[str, typer.Option("--lang", envvar="EVENTURE_LANG", help="en or ru.")]
Paths = list[str] | None


def handout(
    target: Annotated[Path, typer.Argument(metavar="DEST", help="A new folder.")],
    through: Annotated[
        str, typer.Option(help="The last day that is in it: day3. Default: all.")
    ] = DAYS[-1].folder,
    lang: Lang = "en",
    as_document: Json = False,
) -> None:
    """Make the learners' copy: no solutions, no catalogue; hints and signatures are sealed."""
    last = planned_day(through).number
    files = handout_files(find_root(), last)
    write_handout(files, target)
    if as_document:
        document = {"schema": texts.SCHEMA, "path": str(target), "files": sorted(files)}
        print(json.dumps(document, indent=1, ensure_ascii=False))
        return
    days = load_course(target).days
    numbers = ", ".join(str(day.number) for day in days)
    print(texts.MADE.in_(lang).format(count=len(files), path=target, days=numbers))
    print(texts.MADE_NEXT.in_(lang))


def upgrade(  # noqa: PLR0913, PLR0917 - typer reads each option from a parameter
    source: Annotated[Path, typer.Argument(help="A newer copy: its folder, or its base.zip.")],
    take_course: Annotated[
        Paths, typer.Option(help="Take the course's file in place of yours; repeatable.")
    ] = None,
    keep_mine: Annotated[Paths, typer.Option(help="Keep your file as it is; repeatable.")] = None,
    with_conflicts: Annotated[
        Paths, typer.Option(help="Write git's markers into this file; repeatable.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    lang: Lang = "en",
    as_document: Json = False,
) -> None:
    """Bring a newer course into your copy; your work stays. Exit code 1 when something is left."""
    root = find_root()
    if not is_learners_copy(root):
        raise CourseError(f"{root} is no learners' copy; bring this workbook up to date with git")
    choices = Choices(*map(_from_top, (take_course, keep_mine, with_conflicts)))
    course = read_base(source / BASE if source.is_dir() else source)
    base = read_base(root / BASE)
    plan = plan_upgrade(root, base, course, choices)
    if as_document:
        print(json.dumps(_document(plan, source), indent=1, ensure_ascii=False))
    else:
        print("\n".join(_lines(plan, source, lang)))
    if not dry_run and (plan.changes or plan.base != base):
        _write(root, plan, lang, asks=not yes, can_ask=not as_document)
    raise typer.Exit(1 if plan.conflicts else 0)


def _from_top(paths: Paths) -> frozenset[str]:
    return frozenset(Path(path).as_posix() for path in paths or ())


def _write(root: Path, plan: Plan, lang: str, *, asks: bool, can_ask: bool) -> None:
    question = texts.QUESTION.in_(lang).format(count=len(plan.changes))
    if plan.changes and asks:
        if not can_ask:
            raise CourseError(texts.ADD_YES.in_(lang))
        if not prompt.confirm(question, lang):
            raise typer.Exit(1)
    write_upgrade(root, plan)
    folders = {path.split("/")[1] for path in plan.changes if path.startswith("days/")}
    forget_verdicts(load_course(root), folders)
    if plan.changes and can_ask:
        print(texts.WRITTEN.in_(lang))
        needs_make = {"requirements.lock", "pyproject.toml"} & plan.changes.keys()
        print(texts.RUN_MAKE.in_(lang), end="\n") if needs_make else None


def _lines(plan: Plan, source: Path, lang: str) -> Iterator[str]:
    """A line for each file of the days and for each that is not simply taken; the rest counted."""
    checker = 0
    for path, step in plan.steps.items():
        if step.outcome in (Outcome.TAKEN, Outcome.REMOVED) and not path.startswith("days/"):
            checker += 1
            continue
        yield f"{texts.OUTCOMES[step.outcome].in_(lang):<12} {path}"
    if checker:
        yield texts.OTHER_FILES.in_(lang).format(count=checker)
    if not plan.steps:
        yield texts.UP_TO_DATE.in_(lang)
    for path in plan.conflicts:
        yield texts.CONFLICT_NEXT.in_(lang).format(path=path, source=source)


def _document(plan: Plan, source: Path) -> dict[str, object]:
    return {
        "schema": texts.UPGRADE_SCHEMA,
        "source": str(source),
        "files": {path: str(step.outcome) for path, step in plan.steps.items()},
        "conflicts": plan.conflicts,
    }
