"""The part of a task's page that shows an answer."""

from collections.abc import Sequence

from checks.site import words
from checks.site.answers import Answer
from checks.site.markdown import collapsed_block, fence, file_block


def answer_sections(answers: Sequence[Answer], lang: str) -> str:
    """The files of an answer, whole, and the diff from the starter; each behind a click."""
    if not answers:
        return words.NO_REGION.in_(lang)
    diff = "\n\n".join(
        fence(answer.diff, f'{{ .diff title="{answer.path}" }}') for answer in answers
    )
    return "\n\n".join(
        [
            words.SPOILER.in_(lang),
            *(answer_file(answer, lang) for answer in answers),
            f"## {words.DIFF.in_(lang)} {{#diff {words.NOT_SEARCHED}}}",
            collapsed_block("abstract", words.SHOW_DIFF.in_(lang), diff),
        ]
    )


def answer_file(answer: Answer, lang: str) -> str:
    """A whole file of the answer, collapsed. The title names the lines that are highlighted."""
    parts = [f"{first}–{last}" if last > first else str(first) for first, last in answer.lines]
    which = words.ANSWER_LINES if parts else words.ANSWER_WHOLE
    title = which.in_(lang).format(path=answer.path, lines=", ".join(parts))
    highlighted = " ".join(f"{first}-{last}" for first, last in answer.lines)
    return collapsed_block("success", title, file_block(answer.path, answer.text, highlighted))
