"""`checks watch`: the watch loop with its file watcher, its keys and a warm zygote."""

import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Annotated

import typer
import watchfiles

from checks.course.course import Course, Task, find_root, load_course
from checks.errors import CourseError
from checks.messages.messages import translate
from checks.runner.prestart import PrestartingRunner
from checks.terminal import keyboard
from checks.terminal.console import open_console
from checks.terminal.next_step import next_task
from checks.watch.events import FileSaved, KeyPressed, Resized
from checks.watch.watch import Watch
from checks.workspace import progress
from checks.zygote.client import running_zygote

TEMPORARY = (
    "*~",
    ".*.sw?",
    ".#*",
    "#*#",
    "4913",
    "*___jb_*",
    "*.tmp",
    "*.tmp.*",
    ".goutputstream-*",
)
"""What vim, emacs and others write beside a file while they save it."""
SAVE_STEP_MS = 15  # ms without another change: an editor writes a file in several steps


def watch(
    task_id: Annotated[str, typer.Argument(help="A task; default: what is next.")] = "",
    poll: Annotated[
        bool, typer.Option("--poll", help="Look for changes instead of being told: network disks.")
    ] = False,
    lang: Annotated[str, typer.Option("--lang", envvar="EVENTURE_LANG", help="en or ru.")] = "en",
) -> None:
    """Run the current task on each save; the keys stand at the bottom. Ends with q or Ctrl-C."""
    course = load_course(find_root())
    runner = PrestartingRunner(course, lang)
    task, folder = _first_task(course, task_id), course.root / "days"
    loop = Watch(course, task, lang, open_console(), runner)
    starting = translate("{task} runs now, then at each save in {folder}", lang)
    day_folder = folder / course.task_day(task).folder
    print(starting.format(task=task.id, folder=day_folder.relative_to(course.root)), flush=True)
    with (
        running_zygote(),
        closing(runner),
        on_resize(lambda: loop.events.put(Resized())),
        watch_files(folder, lambda path: loop.events.put(FileSaved(path)), poll=poll),
        keyboard.read_keys(lambda char: loop.events.put(KeyPressed(char))),
    ):
        try:
            loop.loop()
        except KeyboardInterrupt:
            print()


def _first_task(course: Course, task_id: str) -> Task:
    if task_id:
        return course.task(task_id)
    task = next_task(course, progress.verdicts(course), progress.position(course))
    if task is None:
        raise CourseError("Every task that is written passes; name one: checks watch 1.2")
    return task


@contextmanager
def watch_files(folder: Path, on_save: Callable[[str], None], *, poll: bool) -> Iterator[None]:
    """Call `on_save` with the path of a saved file, relative to `folder`, until the block ends.

    Several files saved at once are one call. watchfiles also polls under WSL, and with
    WATCHFILES_FORCE_POLLING=true.
    """
    stop = Event()
    thread = Thread(target=_call_on_saves, args=(folder, on_save, poll or None, stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=2)


def _call_on_saves(
    folder: Path, on_save: Callable[[str], None], poll: bool | None, stop: Event
) -> None:
    changes = watchfiles.watch(
        folder, step=SAVE_STEP_MS, stop_event=stop, force_polling=poll, raise_interrupt=False
    )
    for batch in changes:
        if path := saved_file([Path(path) for _, path in batch]):
            on_save(path.relative_to(folder).as_posix())


def saved_file(paths: Iterable[Path]) -> Path | None:
    """The file that was saved: none that an editor writes on the way, and one that is there first.

    None when nothing else was touched.
    """
    own = sorted(path for path in paths if not any(map(path.match, TEMPORARY)))
    return next((path for path in own if path.is_file()), next(iter(own), None))


@contextmanager
def on_resize(call: Callable[[], None]) -> Iterator[None]:
    """Call this when the terminal has another size, until the block ends."""
    before = signal.signal(signal.SIGWINCH, lambda *_: call())
    try:
        yield
    finally:
        signal.signal(signal.SIGWINCH, before)
