"""The pages of the finished APIs: every operation and schema, asked from the apps themselves."""

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from markdown import markdown  # it ships no types; one call

from checks.course.course import LANGUAGES, Day, find_root, load_course
from checks.errors import CourseError
from checks.site.openapi import DAYS, openapi_page, openapi_path
from checks.site.openapi_schema import read_document
from checks.site.pages import task_path
from checks.tests.support.workbook import write

ROOT = find_root(Path(__file__))
COURSE = load_course(ROOT, tree="solutions")
DOCUMENTS = {
    day: read_document(ROOT / "solutions" / day.folder) for day in COURSE.days if day.number in DAYS
}
DOCUMENT: dict[str, Any] = {
    "info": {"title": "T", "version": "1"},
    "paths": {
        "/things/{id}": {
            "get": {
                "summary": "Read",
                "description": "One thing.",
                "deprecated": True,
                "security": [{"Token": []}],
                "parameters": [
                    {
                        "name": "id",
                        "in": "path",
                        "required": True,
                        "schema": {"type": "integer", "minimum": 1},
                    }
                ],
                "responses": {
                    "200": {
                        "description": "a | b",
                        "headers": {"ETag": {}},
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}
                        },
                    }
                },
            }
        }
    },
    "components": {
        "schemas": {
            "Thing": {
                "required": ["name"],
                "properties": {
                    "name": {"type": "string", "maxLength": 9, "description": "What it is called"},
                    "mail": {
                        "type": "string",
                        "format": "email",
                        "minLength": 3,
                        "pattern": "^[a|b]`{|}$",
                    },
                    "level": {"$ref": "#/components/schemas/Thing", "default": "low"},
                    "tags": {"type": "array", "items": {"enum": ["x|y"]}, "maxItems": 5},
                    "at": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
                },
            }
        }
    },
}


def test_the_page_takes_no_task_its_address() -> None:
    tasks = {task_path(task) for task in COURSE.tasks}

    assert tasks.isdisjoint(openapi_path(day) for day in COURSE.days)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("day", DOCUMENTS, ids=lambda day: day.folder)
class TestTheFinishedApps:
    def test_every_operation_and_every_schema_has_its_place(self, day: Day, lang: str) -> None:
        document = DOCUMENTS[day]
        page = openapi_page(day, document, lang)

        operations = [
            f"\n`{method.upper()} {path}`\n"
            for path, methods in document["paths"].items()
            for method in methods
        ]
        schemas = [f"\n### {name} {{#" for name in document["components"]["schemas"]]
        assert len(operations) > 30
        assert [each for each in operations + schemas if page.count(each) != 1] == []

    def test_each_anchor_stands_once_and_each_link_leads_to_one(self, day: Day, lang: str) -> None:
        page = openapi_page(day, DOCUMENTS[day], lang)

        anchors = re.findall(r"^#+ .*\{#([\w-]+)", page, flags=re.MULTILINE)
        assert len(anchors) == len(set(anchors))
        assert set(re.findall(r"\]\(#([\w-]+)\)", page)) <= set(anchors)

    def test_each_pattern_is_shown_as_it_is_and_breaks_no_table(self, day: Day, lang: str) -> None:
        html = markdown(openapi_page(day, DOCUMENTS[day], lang), extensions=["tables", "attr_list"])

        shown = {unescape(code) for code in re.findall(r"<code>(.*?)</code>", html)}
        patterns = set(
            re.findall(r'"pattern": ("(?:[^"\\\\]|\\\\.)*")', json.dumps(DOCUMENTS[day]))
        )
        assert patterns
        assert {json.loads(each) for each in patterns} <= shown
        for table in html.split("<table>")[1:]:
            head, _, body = table.partition("</thead>")
            cells = {row.count("</td>") for row in body.partition("</table>")[0].split("<tr>")[1:]}
            assert cells == {head.count("</th>")}


@pytest.mark.parametrize(
    "line",
    [
        "**Deprecated**",
        "One thing.",
        "Authentication: `Token`",
        "| `id` | path | integer, ≥ `1` | required |  |",
        "| 200 | a \\| b | [Thing](#schema-thing), `application/json` | `ETag` |",
        "| `name` | string, length ≤ `9` | required | What it is called |",
        "| `at` | string (date) or null |  |  |",
        "| `mail` | string (email), length ≥ `3`, pattern `` ^[a|b]`{|}$ `` |  |  |",
        "| `level` | [Thing](#schema-thing), default `low` |  |  |",
        "| `tags` | array of `x|y`, items ≤ `5` |  |  |",
    ],
)
def test_an_operation_is_told_with_all_that_a_client_needs(line: str) -> None:
    page = openapi_page(COURSE.days[0], DOCUMENT, "en")

    assert line in page.splitlines()


def test_an_app_that_cannot_be_imported_is_one_sentence(tmp_path: Path) -> None:
    write(tmp_path, {"app/__init__.py": "", "app/main.py": "raise OSError('no disk')"})

    with pytest.raises(CourseError, match="does not describe itself: OSError: no disk;"):
        read_document(tmp_path)


@pytest.mark.parametrize("day", DOCUMENTS, ids=[day.number for day in DOCUMENTS])
def test_an_app_says_which_operations_are_public_and_which_server_answers(day: Day) -> None:
    document = DOCUMENTS[day]

    silent = [
        f"{method} {path}"
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if "security" not in operation
    ]
    assert not silent, "an operation that needs no token says `security: []`"
    assert [server["url"] for server in document["servers"]] == ["/"]
