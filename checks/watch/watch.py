"""`checks watch`: judge the current task on each save, and let the learner steer with one key.

One thread owns the position and the screen; it takes events from a queue. A run is a thread of
its own with a number: a save during a run calls that run off and starts another, so the screen
never shows the verdict of a text that is no longer there.
"""

import time
from collections.abc import Callable, Sequence
from queue import Queue
from threading import Event, Thread
from typing import Protocol

from rich.console import Console
from rich.text import Text

from checks.course.course import Course, Task, read_statement
from checks.errors import CourseError
from checks.messages.errors_ru import translate_error
from checks.messages.messages import translate
from checks.results.model import Results, TaskResult, Verdict
from checks.results.records import Listener
from checks.runner.run import Cancelled
from checks.terminal import board, results
from checks.terminal.failure import failure
from checks.watch.events import Ended, FirstFailure, Key, Saved, WatchEvent
from checks.workspace import progress

KEYS = {"n": "next task", "p": "previous", "h": "hint", "r": "run again", "b": "board", "q": "quit"}
QUIT = frozenset({"q", "\x03", "\x04", ""})


class Runner(Protocol):
    """Runs tasks of one day on the learner's folder."""

    def run(
        self, tasks: Sequence[Task], called_off: Event, listener: Listener | None = None
    ) -> Results:
        """The verdicts. Raises Cancelled and CourseError."""

    def prepare(self, tasks: Sequence[Task]) -> None:
        """What can be done before the next run of these tasks, while nobody waits."""


class Watch:
    """The position, the run under way, and the screen."""

    def __init__(
        self, course: Course, task: Task, lang: str, screen: Console, runner: Runner
    ) -> None:
        self.events: Queue[WatchEvent] = Queue()
        self._course, self._task, self._lang, self._screen = course, task, lang, screen
        self._runner = runner
        self._number = 0
        self._told = ""  # the failure that is on the screen already
        self._called_off = Event()
        self._thread: Thread | None = None
        self._lost: set[str] = set()

    def loop(self) -> None:
        """Run at once, then act on what happens until a key asks to quit."""
        self._start()
        try:
            while True:
                event = self.events.get()
                if isinstance(event, Key) and event.char in QUIT:
                    return
                try:
                    self._act(event)
                except CourseError as error:
                    self._screen.print(Text(translate_error(str(error), self._lang), style="red"))
        finally:
            self._called_off.set()
            if self._thread is not None:
                self._thread.join()

    def _act(self, event: WatchEvent) -> None:
        match event:
            case Saved(path) if self._mine(path):
                self._start(path)
            case FirstFailure(number) | Ended(number) if number == self._number:
                self._hear(event)
            case Key("r"):
                self._start()
            case Key("n"):
                self._move(1, "This is the last task.")
            case Key("p"):
                self._move(-1, "This is the first task.")
            case Key("h"):
                self._hint()
            case Key("b"):
                known = progress.verdicts(self._course)
                self._screen.print(board.board(self._course, known, self._lang))

    def _mine(self, path: str) -> bool:
        """Whether a saved file is the learner's own of this day; what an app writes is not."""
        day = self._course.task_day(self._task)
        folder, _, name = path.partition("/")
        return folder == day.folder and day.owns(name)

    def _start(self, saved: str = "") -> None:
        """Call off the run under way and begin another."""
        self._called_off.set()
        self._called_off = Event()
        self._number += 1
        self._told = ""
        if self._screen.is_terminal:
            self._screen.clear()
        title = f"{self._task.id} {self._task.title.in_(self._lang)}"
        why = f"   {translate('saved', self._lang)} {saved}" if saved else ""
        self._screen.print(Text.assemble((title, "bold"), (f"{why} …", "dim")))
        before, arguments = self._thread, (self._number, self._task, self._called_off)
        self._thread = Thread(target=self._work, args=(before, *arguments), daemon=True)
        self._thread.start()

    def _work(self, before: Thread | None, number: int, task: Task, called_off: Event) -> None:
        began = time.monotonic()
        if before is not None:
            before.join()
        held: list[Task] = []

        def judged(found: Results) -> None:
            held[:] = self._held(task) if found.passed else []
            seconds = time.monotonic() - began
            self.events.put(Ended(number, found, seconds=seconds, more=bool(held)))

        try:
            self._ask(number, task, called_off, judged)
            if held:
                others = self._runner.run(held, called_off)
                self.events.put(Ended(number, others=others))
            self._runner.prepare([task])
        except Cancelled:
            return
        except CourseError as error:
            self.events.put(Ended(number, problem=str(error)))

    def _ask(
        self, number: int, task: Task, called_off: Event, judged: Callable[[Results], None]
    ) -> None:
        """Run the task. Its verdicts are told when they have fallen, and again if they changed."""
        told: list[Results] = []

        def tell(found: Results) -> None:
            if found not in told:
                told.append(found)
                judged(found)

        listener = Listener(lambda test: self.events.put(FirstFailure(number, test)), tell)
        tell(self._runner.run([task], called_off, listener))

    def _held(self, task: Task) -> list[Task]:
        """The day's other tasks that passed when they were last run, and those lost since."""
        known = progress.verdicts(self._course)
        day = self._course.task_day(task)
        passed = {t.id for t in day.tasks if known.get(t.key) is Verdict.PASS} | self._lost
        return [other for other in day.tasks if other.id in passed - {task.id}]

    def _hear(self, of_run: FirstFailure | Ended) -> None:
        if isinstance(of_run, Ended):
            self._show(of_run)
            return
        self._told = of_run.test.name
        self._screen.print(failure(of_run.test, self._lang))

    def _show(self, ended: Ended) -> None:
        if ended.problem:
            self._screen.print(Text(translate_error(ended.problem, self._lang), style="red"))
        if ended.task is not None:
            self._verdict(ended.task, ended.seconds)
        found = [result for result in (ended.task, ended.others) if result is not None]
        progress.save_verdicts(self._course, found)
        self._regressions(ended.others)
        if ended.more:
            return
        known = progress.verdicts(self._course)
        if known.get(self._task.key) is Verdict.PASS and not self._lost and not ended.problem:
            self._screen.print(Text(), board.next_step(self._course, known, self._lang))
        self._keys()

    def _verdict(self, found: Results, seconds: float) -> None:
        """The task's own verdict, at once: whether anything else was lost is told after it."""
        needs = progress.missing_prerequisites(self._course)
        self._screen.print(results.results(found, self._lang, needs, told=self._told))
        self._screen.print(Text(f"{seconds:.1f} {translate('seconds', self._lang)}", style="dim"))
        self._lost -= {task.id for task in found.tasks if task.verdict is Verdict.PASS}

    def _regressions(self, others: Results | None) -> None:
        """What was lost stays on the screen, and is asked again on each save, until it is back."""
        for task in others.tasks if others else ():
            if task.first_failure is not None:
                self._lost.add(task.id)
                self._say_of(task, "passed before and does not now", "bold magenta")
                self._screen.print(failure(task.first_failure, self._lang))
            elif task.id in self._lost:
                self._lost.discard(task.id)
                self._say_of(task, "passes again", "green")

    def _say_of(self, task: TaskResult, what: str, style: str) -> None:
        self._screen.print(
            Text(f"{task.id} {task.title}: {translate(what, self._lang)}", style=style)
        )

    def _keys(self) -> None:
        if not self._screen.is_terminal:
            return
        parts = [f"{key} {translate(word, self._lang)}" for key, word in KEYS.items()]
        self._screen.print(Text("\n" + "   ".join(parts), style="dim"))

    def _move(self, step: int, at_the_end: str) -> None:
        tasks = self._course.tasks
        to = tasks.index(self._task) + step
        if not 0 <= to < len(tasks):
            self._screen.print(translate(at_the_end, self._lang))
            return
        self._task = tasks[to]
        self._start()

    def _hint(self) -> None:
        folder = self._course.root / "days" / self._course.task_day(self._task).folder
        hints = read_statement(folder / self._task.statement_in(self._lang)).hints
        number = progress.next_hint(self._course, self._task, len(hints))
        self._screen.print(results.hint(self._task, hints, number, self._lang))
