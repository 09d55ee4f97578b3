"""The lines below a run that count its tests; they are gone when the verdicts are printed."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from checks.messages.messages import translate
from checks.results.run_progress import Progress
from checks.terminal.console import can_rewrite

BAR_WIDTH = 20
NARROW_BAR_WIDTH = 8
TEST_PREFIX = "test_"
CLEAR_BELOW = "\x1b[J"


class ProgressLine:
    """Lines of a terminal, written over themselves; elsewhere nothing is written.

    The first one is the state of the run; below it stands the footer.
    """

    def __init__(self, console: Console, lang: str) -> None:
        self._console, self._lang = console, lang
        self._footer: Sequence[Text] = ()
        self._words = ""
        self._lines = 0

    def set_footer(self, footer: Sequence[Text]) -> None:
        """What stands below the state from the next time on that it is written."""
        self._footer = footer

    def show(self, progress: Progress) -> None:
        """Write the state in the place of the last one."""
        self.show_text(progress_text(progress, self._lang, self._console.width - 1))

    def show_text(self, words: str) -> None:
        """Write these words in the place of the last ones."""
        if can_rewrite(self._console):
            width = max(1, self._console.width - 1)
            state = Text(words, style="dim")
            state.truncate(width, overflow="ellipsis")
            below = [line for each in self._footer for line in each.wrap(self._console, width)]
            self.clear()
            self._console.print(Text("\n").join([state, *below]), end="")
            self._console.file.flush()
            self._words, self._lines = words, 1 + len(below)

    def clear(self) -> None:
        """Empty the lines."""
        if self._lines:
            up = f"\x1b[{self._lines - 1}A" if self._lines > 1 else ""
            self._console.file.write(f"\r{up}{CLEAR_BELOW}")
            self.forget()

    def forget(self) -> str:
        """The terminal was cleared: there are no lines to write over. The words of the state."""
        words, self._words, self._lines = self._words, "", 0
        return words


def progress_text(progress: Progress, lang: str, width: int = 80) -> str:
    """`━━━━━─────  12/26 tests  still at x`; the bar is shorter where the name needs its room."""
    name = progress.slow.removeprefix(TEST_PREFIX)
    slow = f"  {translate('still at', lang)} {name}" if name else ""
    counts = f"  {translate('tests', lang)} {progress.done}/{progress.total}{slow}"
    cells = BAR_WIDTH if len(counts) + BAR_WIDTH + 2 <= width else NARROW_BAR_WIDTH
    filled = cells * progress.done // max(1, progress.total)
    return f"  {'━' * filled}{'─' * (cells - filled)}{counts}"
