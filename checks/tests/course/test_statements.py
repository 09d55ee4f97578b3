"""Statements: the same form in both languages, and an error for each break of it."""

from pathlib import Path

import pytest

from checks.course.course import check_statements, load_course, read_statement
from checks.errors import CourseError
from checks.tests.support.workbook import solution, write

PAGE = """\
# {title}

## Goal {{#goal}}
Why.
### A closer look
```md
## Not a heading {{#fence}}
```
## What you have {{#have}}
This.
## What must be true {{#must}}
1. One sentence
   on two lines.
2. Another.
## Where the plan would bite you {{#bites}}
There.
## Hints {{#hints}}
### Where does it begin? {{#hint-1}}
Look there.
### And then? {{#hint-2}}
Do this.
## Read {{#read}}
That.
"""


class TestStatements:
    def test_a_statement_is_cut_into_sections_and_hints(self, tmp_path: Path) -> None:
        write(tmp_path, {"x.md": PAGE.format(title="1.1 Title")})

        page = read_statement(tmp_path / "x.md")

        assert page.title == "1.1 Title"
        assert list(page.sections) == ["goal", "have", "must", "bites", "hints", "read"]
        assert page.sections["goal"].startswith("Why.\n### A closer look")
        assert "Not a heading" in page.sections["goal"]
        assert [(hint.question, hint.text) for hint in page.hints] == [
            ("Where does it begin?", "Look there."),
            ("And then?", "Do this."),
        ]

    @pytest.mark.parametrize(
        ("old", "new", "says"),
        [
            ("# 1.1\n", "", ":1: a statement begins with its title"),
            ("## Goal {#goal}", "## Goal", ":3: 'Goal' needs an id of its own"),
            ("{#have}", "{#goal}", ":9: 'What you have' needs an id of its own"),
            ("{#hint-2}", "{#hint-3}", "this hint's id must be {#hint-2}"),
            (" {#hint-2}", "", "this hint's id must be {#hint-2}"),
            ("That.", "### Late? {#hint-3}", "a hint stands under the {#hints} heading"),
        ],
    )
    def test_a_broken_form_is_told_with_file_and_line(
        self, tmp_path: Path, old: str, new: str, says: str
    ) -> None:
        text = PAGE.format(title="1.1")
        assert old in text
        write(tmp_path, {"x.md": text.replace(old, new)})

        with pytest.raises(CourseError) as caught:
            read_statement(tmp_path / "x.md")

        assert "x.md:" in str(caught.value)
        assert says in str(caught.value)


TESTS = "def test_a():\n    pass\nclass TestB:\n    def test_b(self):\n        pass\n"


class TestCheckStatements:
    def problems(self, root: Path, english: str, russian: str) -> str:
        pages = {"exercises/task-1-one.md": english, "exercises/task-1-one.ru.md": russian}
        solution(root, 1, {**pages, "exercises/test_task-1-one.py": TESTS})
        return "\n".join(check_statements(load_course(root, "solutions"), "solutions"))

    def test_two_whole_statements_hold(self, tmp_path: Path) -> None:
        page = PAGE.format(title="1.1")

        assert self.problems(tmp_path, page, page.replace("Goal", "Цель")) == ""

    @pytest.mark.parametrize(
        ("old", "new", "says"),
        [
            ("## Read {#read}", "## Read {#more}", "the sections must be {#goal}"),
            ("And then?", "And then", "must be headed by a question"),
            ("Do this.", "", "says nothing"),
            ("### And then? {#hint-2}\n", "", "has not as many hints as"),
            ("2. Another.\n", "", "1 numbered sentences, the test file has 2 tests"),
        ],
    )
    def test_what_differs_in_russian_is_told(
        self, tmp_path: Path, old: str, new: str, says: str
    ) -> None:
        page = PAGE.format(title="1.1")

        problems = self.problems(tmp_path, page, page.replace(old, new))

        assert says in problems
        assert "exercises/task-1-one.ru.md: " in problems

    def test_a_missing_page_is_told_not_raised(self, tmp_path: Path) -> None:
        solution(tmp_path, 1, {})

        (problems,) = check_statements(load_course(tmp_path, "solutions"), "solutions")

        assert "task 1.1 cannot be checked" in problems
