"""`checks read`: the statement as it stands, and nothing that gives the answer away."""

import json
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from checks.cli.read import render_page, statement_document
from checks.course.course import find_root, load_course, read_statement
from checks.tests.support.command_line import checks

ROOT = find_root(Path(__file__))
COURSE = load_course(ROOT, "solutions")
CASES = [(task.id, lang) for task in COURSE.tasks for lang in ("en", "ru")]


def rendered(task_id: str, lang: str, width: int = 60) -> str:
    task = COURSE.task(task_id)
    folder = ROOT / "solutions" / COURSE.task_day(task).folder
    console = Console(width=width, file=StringIO(), color_system=None)
    console.print(render_page(task, read_statement(folder / task.statement_in(lang)), lang))
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize(("task_id", "lang"), CASES)
def test_every_statement_is_shown_without_hints_anchors_and_cuts(task_id: str, lang: str) -> None:
    task = COURSE.task(task_id)
    folder = ROOT / "solutions" / COURSE.task_day(task).folder
    source = read_statement(folder / task.statement_in(lang))

    text = rendered(task_id, lang)

    words = " ".join(text.split())
    assert source.title in words
    assert all(source.headings[name] in words for name in ("goal", "have", "must", "bites", "read"))
    assert not [hint.question for hint in source.hints if hint.question in words]
    assert "{#" not in text
    assert text.count("…") <= (folder / task.statement_in(lang)).read_text().count("…")
    assert text.rstrip().splitlines()[-1].endswith(f"checks hint {task_id}")


def test_an_anchor_of_a_heading_inside_a_section_goes_too(tmp_path: Path) -> None:
    file = tmp_path / "x.md"
    file.write_text("# 1.1 T\n\n## Goal {#goal}\n\ntext\n\n#### Why {#why}\n\nmore\n")

    sections = statement_document(COURSE.task("1.1"), read_statement(file))["sections"]

    assert sections == [{"id": "goal", "heading": "Goal", "text": "text\n\n#### Why\n\nmore"}]


def test_the_command_speaks_russian_and_json_has_the_sections() -> None:
    text = checks(ROOT, "read", "1.2", "--lang", "ru").stdout
    document = json.loads(checks(ROOT, "read", "1.2", "--json").stdout)

    assert "Что должно выполняться" in text
    assert [part["id"] for part in document["sections"]] == [
        "goal",
        "have",
        "must",
        "bites",
        "read",
    ]
    assert document["schema"] == "eventure/statement/v1"
