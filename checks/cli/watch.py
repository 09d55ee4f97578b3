"""What is needed around `Watch`: the saves, the keys and a warm parent, for as long as it lasts."""

from collections.abc import Callable, Iterator
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
from checks.terminal import board, keyboard, results
from checks.watch.events import Key, Saved
from checks.watch.watch import Watch
from checks.workspace import progress
from checks.zygote import client as zygote

SETTLED = 15  # ms without another change: an editor writes a file in several steps


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
    watching = Watch(course, _first(course, task_id), lang, results.console(), runner)
    folder = course.root / "days"
    print(f"{translate('waiting for a save in', lang)} {folder}")
    with (
        zygote.warm(),
        closing(runner),
        saves(folder, lambda path: watching.events.put(Saved(path)), poll=poll),
        keyboard.pressed(lambda char: watching.events.put(Key(char))),
    ):
        try:
            watching.loop()
        except KeyboardInterrupt:
            print()


def _first(course: Course, task_id: str) -> Task:
    if task_id:
        return course.task(task_id)
    task = board.next_task(course, progress.verdicts(course))
    if task is None:
        raise CourseError("Every task that is written passes; name one: checks watch 1.2")
    return task


@contextmanager
def saves(folder: Path, act: Callable[[str], None], *, poll: bool) -> Iterator[None]:
    """Call `act` with the path of a saved file, from `folder` on, until the block ends.

    Several files saved at once are one call. Polling is also chosen by itself under WSL, and by
    WATCHFILES_FORCE_POLLING=true.
    """
    stop = Event()
    thread = Thread(target=_follow, args=(folder, act, poll or None, stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=2)


def _follow(folder: Path, act: Callable[[str], None], poll: bool | None, stop: Event) -> None:
    changes = watchfiles.watch(
        folder, step=SETTLED, stop_event=stop, force_polling=poll, raise_interrupt=False
    )
    for found in changes:
        act(min(Path(path).relative_to(folder).as_posix() for _, path in found))
