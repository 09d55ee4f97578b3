"""When a run with `--base-url` begins and ends, and what it says of it."""

import contextlib
import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from checks.errors import CourseError
from checks.harness import fixtures
from checks.harness.errors import AppDown
from checks.harness.outside import find, listens
from checks.harness.visit import Visit
from checks.words import say

SAID: pytest.StashKey[str] = pytest.StashKey()
ENDINGS = (signal.SIGTERM, signal.SIGHUP)


def begin(config: pytest.Config) -> None:
    """Find the server, and set aside what its database holds.

    Raises:
        pytest.UsageError: it cannot be tested; nothing has been touched.
    """
    url = config.getoption("--base-url")
    if config.getoption("--contained"):
        raise pytest.UsageError("--contained is for an app that the checker starts: not --base-url")
    for each in ENDINGS:  # a closed terminal or an editor's stop button: the rows come back too
        signal.signal(each, signal.default_int_handler)
    try:
        visit = Visit(find(url, lambda said: _tell(config, said)))
        config.stash[fixtures.VISIT] = visit
        said = visit.begin(may_empty=config.getoption("--may-empty"))
    except CourseError as error:
        raise pytest.UsageError(str(error)) from None
    _tell(config, said)


def stop_if_gone(item: pytest.Item, error: BaseException | None) -> None:
    """A server that has ended ends the run: the tests that are left could only say so again."""
    visit = item.config.stash.get(fixtures.VISIT, None)
    if visit and isinstance(error, AppDown) and not listens(visit.outside.url):
        item.session.shouldstop = f"nothing answers at {visit.outside.url} any more"


def end(config: pytest.Config) -> None:
    """Put everything back; a second Ctrl-C waits until that is done."""
    visit = config.stash.get(fixtures.VISIT, None)
    if visit is None:
        return
    with _undisturbed():
        fixtures.close_stages(config)
        said = visit.end()
    if said:
        config.stash[SAID] = said


def write(terminal: Any, config: pytest.Config) -> None:
    """The last line: what has become of the person's rows."""
    if said := config.stash.get(SAID, ""):
        terminal.write_line(_line(config, said))


def _tell(config: pytest.Config, said: str) -> None:
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if terminal is not None:
        terminal.write_line(_line(config, said))


def _line(config: pytest.Config, said: str) -> str:
    lang = os.environ.get("EVENTURE_LANG", "en")
    return f"{config.getoption('--base-url')}: {say(said, lang)}"


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    signals = (signal.SIGINT, *ENDINGS)
    before = [signal.signal(each, signal.SIG_IGN) for each in signals]
    try:
        yield
    finally:
        for each, handler in zip(signals, before, strict=True):
            signal.signal(each, handler)
