"""The mark-up of the why-questions: a form of radio buttons, as HTML inside a Markdown page.

Without a script each option's reason unfolds by itself (`details`). docs/assets/quiz.js hides the
reasons, shows the button, and tells the reason of the chosen option in a live region (WCAG 4.1.3).
"""

import html
import re
from collections.abc import Sequence

from checks.course.quiz import Option, Question
from checks.site import words

_CODE = re.compile(r"`([^`]+)`")


def quiz_section(questions: Sequence[Question], lang: str) -> str:
    """The section of a page with its questions. The search leaves it out: it holds the answers."""
    heading = f"## {words.QUIZ.in_(lang)} {{#quiz data-search-exclude}}"
    forms = [quiz_form(question, lang) for question in questions]
    return "\n\n".join([heading, words.QUIZ_INTRO.in_(lang), *forms]) + "\n"


def quiz_form(question: Question, lang: str) -> str:
    """One question. A disabled button keeps Enter from sending the form without the script."""
    choose = html.escape(words.QUIZ_CHOOSE.in_(lang))
    check = words.QUIZ_CHECK.in_(lang)
    lines = [
        f'<form class="quiz" data-quiz="{question.key}" data-choose="{choose}">',
        "<fieldset>",
        f"<legend>{inline(question.ask.in_(lang))}</legend>",
        *(_option(question, option, n, lang) for n, option in enumerate(question.shown, 1)),
        "</fieldset>",
        f'<button class="quiz-check" type="submit" disabled hidden>{check}</button>',
        '<p class="quiz-verdict" role="status" aria-live="polite"></p>',
        "</form>",
    ]
    return "\n".join(lines)


def inline(text: str) -> str:
    """A text as HTML; what stands in backticks becomes code."""
    return _CODE.sub(r"<code>\1</code>", html.escape(text, quote=False))


def _option(question: Question, option: Option, number: int, lang: str) -> str:
    name = f"quiz-{question.key}"
    verdict = (words.QUIZ_RIGHT if option.is_right else words.QUIZ_WRONG).in_(lang)
    right = "true" if option.is_right else "false"
    return (
        f'<div class="quiz-option" data-right="{right}">'
        f'<input type="radio" id="{name}-{number}" name="{name}" value="{option.value}">'
        f'<label for="{name}-{number}">{inline(option.text.in_(lang))}</label>'
        f'<details class="quiz-reason"><summary>{words.QUIZ_REASON.in_(lang)} {number}</summary>'
        f"<p><strong>{verdict}</strong> {inline(option.why.in_(lang))}</p></details></div>"
    )
