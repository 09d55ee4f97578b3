"""What the learner's code has printed in tests that pass, below the results."""

from rich.console import RenderableType

from checks.messages.errors_ru import translate_error
from checks.messages.messages import translate
from checks.results.model import Results
from checks.terminal.failure import indented
from checks.zygote.python_program import NO_TERMINAL


def printed_lines(results: Results, lang: str, *, verbose: bool) -> list[RenderableType]:
    """What the code has printed in tests that pass; without -v the breakpoints, and what shows it.

    A log of the app's own is part of it, so a pass has one line for all of that.
    """
    shown = [line for line in results.printed if verbose or NO_TERMINAL in line]
    lines = [indented(translate_error(line, lang), 2) for line in shown]
    if verbose:
        return [indented(translate("your code printed", lang), 2, style="bold"), *lines]
    if len(shown) == len(results.printed):
        return lines
    what = results.tasks[0].id if len(results.tasks) == 1 else results.day.partition("-")[0]
    said = f"{translate('what your code printed:', lang)} checks run {what} -v"
    return [*lines, indented(said, 2, style="dim")]
