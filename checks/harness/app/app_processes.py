"""The app's process, kept between tests, and further processes of the same app."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from checks.harness.app.border import Border
from checks.harness.app.process import AppProcess, learner_frame
from checks.harness.errors import AppHangs, HarnessError


class AppProcesses:
    """Starts the app once for all tests; after a failed start each further one fails at once."""

    def __init__(self, border: Callable[[], Border]) -> None:
        """`border` gives the border of the app: asked at each start, since it needs a database."""
        self.start_failure: HarnessError | None = None
        self.started_app: AppProcess | None = None
        self._border = border

    def app(self) -> AppProcess:
        """The running app, started if need be.

        Raises HarnessError when the app cannot run: in full the first time, then in short. An app
        that was ended because it used up too much is not started again.
        """
        if self.start_failure is not None:
            raise type(self.start_failure)("the app does not start; the first failure says why")
        if self.started_app is not None and (breach := self.started_app.breach()):
            raise breach
        if self.started_app is None or not self.started_app.alive:
            self.started_app = self._start("app", {})
        return self.started_app

    @contextmanager
    def further(self, extra: Mapping[str, str]) -> Iterator[AppProcess]:
        """A further process of the same app, with extra environment, until the block ends."""
        process = self._start(f"app-{secrets.token_hex(4)}", {"EVENTURE_PROCESS": "2", **extra})
        try:
            yield process
        finally:
            process.stop()

    def _start(self, name: str, extra: Mapping[str, str]) -> AppProcess:
        process = AppProcess(self._border(), name, extra)
        try:
            process.start()
        except HarnessError as error:
            if not extra:
                self.start_failure = error
            frame = learner_frame(process.log(), process.border)
            if not frame or isinstance(error, AppHangs):  # a hang's message has its frame already
                raise
            raise type(error)(f"{error} ({frame})") from None
        return process

    def close(self) -> None:
        """Stop the app; further processes end with their blocks."""
        if self.started_app is not None:
            self.started_app.close()
