"""The line below a run that counts its tests; it is gone when the verdicts are printed."""

from rich.console import Console
from rich.text import Text

from checks.messages.messages import translate
from checks.results.run_progress import Progress

BAR_WIDTH = 20
CLEAR_LINE = "\r\x1b[2K"


class ProgressLine:
    """One line of a terminal, written over itself; without a terminal nothing is written."""

    def __init__(self, console: Console, lang: str) -> None:
        self._console, self._lang = console, lang
        self._shown = False

    def show(self, progress: Progress) -> None:
        """Write the state in the place of the last one."""
        self.show_text(progress_text(progress, self._lang))

    def show_text(self, words: str) -> None:
        """Write these words in the place of the last ones."""
        if self._console.is_terminal:
            text = Text(words, style="dim")
            text.truncate(self._console.width - 1)
            self.clear()
            self._console.print(text, end="")
            self._console.file.flush()
            self._shown = True

    def clear(self) -> None:
        """Empty the line."""
        if self._shown:
            self._console.file.write(CLEAR_LINE)
            self._shown = False


def progress_text(progress: Progress, lang: str) -> str:
    """`━━━━━─────  12/26 tests  still at test_x`."""
    filled = BAR_WIDTH * progress.done // max(1, progress.total)
    bar = "━" * filled + "─" * (BAR_WIDTH - filled)
    slow = f"  {translate('still at', lang)} {progress.slow}" if progress.slow else ""
    return f"  {bar}  {translate('tests', lang)} {progress.done}/{progress.total}{slow}"
