"""One question for each file in conflict: mine, the course's, or look."""

from collections.abc import Iterator
from dataclasses import replace
from difflib import unified_diff

from checks.advance.advance import Choices, Plan
from checks.advance.decision import Choice, decide_file
from checks.files import File
from checks.messages import next_and_submit as texts
from checks.terminal import prompt
from checks.workspace.learner_file import is_text

LOOK = "look"
ANSWERS = {
    Choice.MINE: ("m", "mine", "м", "моё", "мое"),
    Choice.COURSE: ("c", "course", "the course's", "к", "курса"),
    LOOK: ("l", "look", "п", "посмотреть"),
}


def ask_sides(plan: Plan, choices: Choices, lang: str) -> Choices:
    """The choices with an answer for each file in conflict.

    The end of the input ends the command, with exit code 1.
    """
    answers = {path: _ask_side(plan, path, lang) for path in plan.conflicts}
    mine, course = (
        frozenset(path for path, answer in answers.items() if answer == side)
        for side in (Choice.MINE, Choice.COURSE)
    )
    return replace(choices, mine=choices.mine | mine, course=choices.course | course)


def with_course(plan: Plan, choices: Choices) -> Choices:
    """The choices with the course's side for each file in conflict."""
    return replace(choices, course=choices.course | frozenset(plan.conflicts))


def _ask_side(plan: Plan, path: str, lang: str) -> str:
    why = next(row.why for row in plan.rows if row.path == path).in_(lang)
    why = why.format(into=plan.next_day.folder).partition(";")[0]
    question = f"{texts.CHOOSE_SIDE.in_(lang).format(path=path, why=why)} {texts.SIDES.in_(lang)}"
    explanation = texts.SIDES_AGAIN.in_(lang).format(into=plan.next_day.folder)
    while (answer := prompt.choose(question, ANSWERS, explanation)) == LOOK:
        print("".join(difference(plan, path, lang)))
    return answer


def difference(plan: Plan, path: str, lang: str) -> Iterator[str]:
    """The diff from the next day's file to what `mine` would make of it."""
    versions = plan.files[path]
    names = (texts.WHAT_MINE_CHANGES, texts.WITH_MINE)
    before_name, after_name = (text.in_(lang).format(into=versions.next_folder) for text in names)
    before = _lines(versions.theirs, lang)
    after = _lines(decide_file(versions, Choice.MINE).file, lang)
    for line in unified_diff(before, after, f"{path} ({before_name})", f"{path} ({after_name})"):
        yield line if line.endswith("\n") else f"{line}\n"


def _lines(file: File | None, lang: str) -> list[str]:
    if file is None:
        return []
    if not is_text(file):
        return [texts.NO_TEXT_TO_SHOW.in_(lang).format(size=len(file.data))]
    return file.data.decode("utf-8").splitlines(keepends=True)
