"""The machine's own Chromium or Chrome, driven by Playwright."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from checks.errors import CourseError

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_MACOS = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
# No name is looked up: what asks for another host fails here as it would without a network.
_FLAGS = (
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)


def find_chromium() -> str | None:
    """The program's path, or None where this machine has none."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    return found or (str(_MACOS) if _MACOS.is_file() else None)


def missing() -> str | None:
    """What a check in the browser lacks, in one sentence that says how to get it."""
    if find_spec("playwright") is None or find_spec("axe_playwright_python") is None:
        return "Playwright and axe-core are not installed; run `.ci/setup browser`"
    if find_chromium() is None:
        return f"no Chromium or Chrome on the PATH ({', '.join(_NAMES)}); install one of them"
    return None


@contextmanager
def browser() -> Iterator[Any]:
    """A headless Chromium as Playwright's Browser. Raises CourseError when it does not start."""
    from playwright.sync_api import Error, sync_playwright

    with sync_playwright() as playwright:
        try:
            # A container's root has no user namespaces for Chromium's sandbox; only our pages load.
            running = playwright.chromium.launch(
                executable_path=find_chromium(), args=list(_FLAGS), chromium_sandbox=False
            )
        except Error as error:
            reason = str(error).strip().splitlines()[0]
            raise CourseError(f"{find_chromium()} did not start: {reason}") from error
        try:
            yield running
        finally:
            running.close()
