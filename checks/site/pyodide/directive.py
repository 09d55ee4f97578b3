"""The directives of the runnable pages, each on a line of its own, the same in both languages.

`<!-- in-page: n-plus-one lazy -->` is a section of a program, to be run in the page.
`<!-- in-page-task: event-statistics -->` is a task to be solved in the page.
`<!-- in-page-hints: event-statistics -->` are the hints of its statement, each folded.
`<!-- in-page-note: n-plus-one -->`, above the first one, says what keeps it from running here.
"""

import html
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from checks.course.course import Course, Text, read_statement
from checks.errors import CourseError
from checks.site.markdown import collapsed_block, fence, file_block
from checks.site.pyodide import words
from checks.site.pyodide.assets import Assets
from checks.site.pyodide.programs import PROGRAMS, Program, program_of, read_sections

_SECTION = re.compile(r"<!-- in-page: (?P<key>\S+) (?P<section>\S+) -->")
_TASK = re.compile(r"<!-- in-page-task: (?P<key>\S+) -->")
_HINTS = re.compile(r"<!-- in-page-hints: (?P<key>\S+) -->")
_NOTE = re.compile(r"<!-- in-page-note: (?P<key>\S+) -->")


@dataclass(frozen=True)
class Runnable:
    """Fills the directives of pages in one language; without `assets` nothing runs in them."""

    course: Course
    assets: Assets | None
    lang: str

    def fill(self, pages: Mapping[str, str]) -> dict[str, str]:
        """The pages by path. Raises CourseError for a program or a section that is gone."""
        return {path: self._page(text) for path, text in pages.items()}

    def _page(self, text: str) -> str:
        text = _TASK.sub(lambda match: self._task(program_of(match["key"])), text)
        text = _HINTS.sub(lambda match: self._hints(program_of(match["key"])), text)
        text = _NOTE.sub(lambda match: self._note(match["key"]), text)
        return _SECTION.sub(
            lambda match: self._section(program_of(match["key"]), match["section"]), text
        )

    def _note(self, key: str) -> str:
        program_of(key)
        if self.assets is None:
            return f'!!! note ""\n\n    {words.NOT_BUILT.in_(self.lang)}\n'
        # `run-in-page.js` hides it; <noscript> would be silent where the script fails to load.
        return f'<p class="in-page-no-script">{words.NO_SCRIPT.in_(self.lang)}</p>'

    def _section(self, program: Program, name: str) -> str:
        sections = read_sections(self.course.root, program)
        if name not in sections:
            raise CourseError(f"docs/programs/{program.file} has no section {name!r}")
        code = fence(sections[name], "{ .python .no-copy }")
        if self.assets is None:
            return code
        said = script_words(words.SCRIPT_WORDS, self.assets.size(program), self.lang)
        data = f'data-program="{program.key}" data-words="{said}"'
        return f'<div class="in-page" {data} markdown="block">\n\n{code}\n\n</div>'

    def _task(self, program: Program) -> str:
        """The files of the starter, folded: `run-in-page.js` puts an editor in their place."""
        task = self.course.task(program.task)
        tree = self.course.root / "days" / self.course.task_day(task).folder
        blocks = (file_block(path, (tree / path).read_text(encoding="utf-8")) for path in task.edit)
        title = words.TASK_FILES.in_(self.lang)
        shown = collapsed_block("example", title, "\n\n".join(blocks))
        if self.assets is None:
            return shown
        said = script_words(words.TASK_WORDS, self.assets.size(program), self.lang)
        data = f'data-task="{program.key}" data-words="{said}"'
        inner = f'<div class="in-page-static" markdown="block">\n\n{shown}\n\n</div>'
        return f'<div class="in-page" {data} markdown="block">\n\n{inner}\n\n</div>'

    def _hints(self, program: Program) -> str:
        task = self.course.task(program.task)
        tree = self.course.root / "solutions" / self.course.task_day(task).folder
        hints = read_statement(tree / task.statement_in(self.lang)).hints
        return "\n".join(collapsed_block("question", each.question, each.text) for each in hints)


def with_page_link(page: str, task: str, lang: str) -> str:
    """A task's page; above its goal the page on which it can be solved, where there is one."""
    program = next((each for each in PROGRAMS.values() if each.task == task), None)
    if program is None:
        return page
    said = words.SOLVE_HERE.in_(lang).format(path=f"../run/{program.key}.md")
    before, goal, rest = page.partition("\n## ")
    return f"{before}\n{said}\n{goal}{rest}"


def megabytes(size: int, lang: str) -> str:
    """A size as pages tell it, rounded up: `14.3`, in Russian `14,3`."""
    text = f"{math.ceil(size / 100_000) / 10:.1f}"
    return text.replace(".", ",") if lang == "ru" else text


def script_words(said: Mapping[str, Text], size: int, lang: str) -> str:
    """The words of a script, as the value of an attribute; `{size}` is filled in."""
    filled = {name: text.in_(lang) for name, text in said.items()}
    filled["first"] = filled["first"].format(size=megabytes(size, lang))
    return html.escape(json.dumps(filled, ensure_ascii=False))
