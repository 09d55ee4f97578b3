"""The screen of `checks watch`: the current task, its verdict, regressions, the keys."""

from collections.abc import Callable, Mapping

from rich.console import Console, Group, RenderableType
from rich.text import Text

from checks.course.course import Course, Task, read_statement
from checks.course.promises import promises_in
from checks.diagnosis.debrief import debrief_of
from checks.errors import CourseError
from checks.messages import debrief_and_history as texts
from checks.messages.durations import seconds_text
from checks.messages.errors_ru import translate_error
from checks.messages.messages import translate
from checks.results.model import Results, TaskResult, TestResult, Verdict
from checks.results.run_progress import Progress
from checks.terminal.board import render_board
from checks.terminal.console import can_rewrite
from checks.terminal.debrief import finished_day, render_answer, render_debrief, render_pass
from checks.terminal.failure import FailureView, render_failure, view_for
from checks.terminal.next_step import day_at_hand, next_step
from checks.terminal.progress_line import ProgressLine
from checks.terminal.results import ResultsView, render_hint, render_results
from checks.watch.footer import bar_and_keys
from checks.workspace import progress
from checks.workspace.commit import commit_offer, make_commit


class WatchScreen:
    """Prints in the learner's language; a run's first failure is printed once.

    What was printed since the run began is printed again when the terminal has another size.
    """

    def __init__(self, course: Course, lang: str, console: Console) -> None:
        self._course, self._lang, self._console = course, lang, console
        self._task = course.tasks[0]
        self._printed_failure, self._place = "", 0
        self._drawn: list[Callable[[], None]] = []
        self._progress_line = ProgressLine(console, lang)
        self._promise_of = promises_in(course, lang)

    @property
    def _view(self) -> FailureView:
        """The view of a failure in the terminal as large as it is now."""
        height = self._console.height if self._console.is_terminal else None
        return view_for(self._lang, height, self._promise_of)

    def _print(self, render: Callable[[], RenderableType], *, soft_wrap: bool = False) -> None:
        """Print now, and on each redrawing; with `soft_wrap` a command stays one line to copy."""
        self._progress_line.clear()

        def draw() -> None:
            self._console.print(render(), soft_wrap=soft_wrap)

        self._drawn.append(draw)
        draw()

    def redraw(self) -> None:
        """Clear the terminal and print again what was printed since the run began."""
        if self._console.is_terminal:
            self._console.clear()
            running = self._progress_line.forget()
            for draw in self._drawn:
                draw()
            if running:
                self._progress_line.set_footer(self._bar_and_keys(self._task))
                self._progress_line.show_text(running)

    def start(self, task: Task, saved_path: str) -> None:
        """Clear the terminal and print the task that runs now."""
        self._task = task
        self._printed_failure = ""
        self._drawn.clear()
        if self._console.is_terminal:
            self._console.clear()
        running = f"{translate('running', self._lang)} …"
        reason = f"{translate('saved', self._lang)} {saved_path}" if saved_path else ""
        if not can_rewrite(self._console):
            reason = f"{reason}   {running}" if reason else running
        self._print(lambda: self._title(task, reason))
        if self._console.is_terminal:
            self._progress_line.set_footer(self._bar_and_keys(task))
        self._progress_line.show_text(running)

    def _title(self, task: Task, reason: str) -> Text:
        """The task and why it runs, below each other where one line is too short for both."""
        title = Text(f"{task.id} {task.title.in_(self._lang)}", style="bold")
        is_long = self._console.is_terminal and title.cell_len + len(reason) + 3 > (
            self._console.width
        )
        between = "\n  " if is_long else "   "
        return title.append(f"{between}{reason}" if reason else "", style="not bold dim")

    def progress(self, progress: Progress) -> None:
        """Show how far the run is, in the line below."""
        self._progress_line.show(progress)

    def run_of_others(self) -> None:
        """Say what a pass still waits for: the tasks that passed before run again."""
        if self._console.is_terminal:
            self._progress_line.set_footer(self._bar_and_keys(self._task))
            words = translate("running again what passed before", self._lang)
            self._progress_line.show_text(f"{words} …")

    def first_failure(self, test: TestResult) -> None:
        """Print the run's first failure while the other tests run."""
        self._printed_failure, self._place = test.name, len(self._drawn)
        self._print(lambda: render_failure(test, self._view))

    def _withdraw_failure(self, results: Results) -> None:
        """Take the printed failure off the screen when one of an earlier test is to be shown."""
        firsts = {task.first_failure.name for task in results.tasks if task.first_failure}
        if self._printed_failure not in {"", *firsts} and self._console.is_terminal:
            del self._drawn[self._place]
            self._progress_line.clear()
            self._printed_failure = ""
            self.redraw()

    def verdict(self, results: Results, seconds: float) -> None:
        """Print the task's own verdict; regressions follow later."""
        self._withdraw_failure(results)
        prerequisites = progress.missing_prerequisites(self._course, [results])
        printed = self._printed_failure
        self._print(
            lambda: render_results(results, ResultsView(self._view), prerequisites, printed)
        )
        took = Text(seconds_text(seconds, self._lang), style="dim")
        self._print(lambda: took)

    def regression(self, task: TaskResult, failure: TestResult) -> None:
        """Print that a task passed before and fails now."""
        self._task_sentence(task, "passed before and does not now", "bold magenta")
        self._print(lambda: render_failure(failure, self._view))

    def recovery(self, task: TaskResult) -> None:
        """Print that a regression passes again."""
        self._task_sentence(task, "passes again", "green")

    def _task_sentence(self, task: TaskResult, sentence: str, style: str) -> None:
        text = f"{task.id} {task.title}: {translate(sentence, self._lang)}"
        self._print(lambda: Text(text, style=style))

    def next_step(self, verdicts: Mapping[str, Verdict], task: Task) -> None:
        """Print what a pass offers, then the next task, seen from this one, and its place."""
        offer = commit_offer(self._course, [task], self._lang)
        step = next_step(self._course, verdicts, self._lang, task)
        day = finished_day(self._course, task, verdicts)
        offered = render_pass([task], offer, day, self._lang)
        self._print(lambda: Group(Text(), offered), soft_wrap=True)
        self._print(lambda: Group(Text(), step))

    def commit(self, task: Task) -> None:
        """Commit the day of a task that passes. Raises CourseError as `make_commit` does."""
        if progress.verdicts(self._course).get(task.key) is not Verdict.PASS:
            raise CourseError(texts.COMMIT_AFTER_A_PASS.in_(self._lang).format(task=task.id))
        message = make_commit(self._course, task, self._lang)
        said = texts.COMMITTED.in_(self._lang).format(message=message)
        self._print(lambda: Text(said, style="green"))

    def debrief(self, task: Task, answer: int = 0) -> None:
        """Print the debrief of a task that passes, or the reasons for this answer, from 1."""
        progress.require_pass(self._course, task, self._lang)
        found = debrief_of(self._course, task)
        shown = (
            render_answer(task, found, answer, self._lang)
            if answer
            else render_debrief(self._course, task, found, self._lang)
        )
        self._print(lambda: shown)

    def keys(self, task: Task) -> None:
        """Print the day's tasks as a bar, and the keys; without a terminal there are neither."""
        if self._console.is_terminal:
            self._print(lambda: Group(*self._bar_and_keys(task)))

    def _bar_and_keys(self, task: Task) -> list[Text]:
        return bar_and_keys(self._course, task, self._lang, self._console.width - 1)

    def hint(self, task: Task) -> None:
        """Print the task's next hint."""
        folder = self._course.root / "days" / self._course.task_day(task).folder
        hints = read_statement(folder / task.statement_in(self._lang)).hints
        number = progress.next_hint(self._course, task, len(hints))
        self._print(lambda: render_hint(task, hints, number, self._lang))

    def board(self, task: Task) -> None:
        """Print the board with the tasks of the day at hand."""
        verdicts = progress.verdicts(self._course)
        day = day_at_hand(self._course, verdicts, task)
        self._print(lambda: render_board(self._course, verdicts, self._lang, task, day))

    def error(self, sentence: str) -> None:
        """Print the learner's mistake, or why a run did not start."""
        self._print(lambda: Text(translate_error(sentence, self._lang), style="red"))

    def message(self, sentence: str) -> None:
        """Print one sentence."""
        self._print(lambda: Text(translate(sentence, self._lang)))
