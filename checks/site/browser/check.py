"""Look at every page of the built site in Chromium: `python -m checks.site.browser.check`.

Each page is loaded once, its folds are opened and a question is answered; it is then looked at in
the light scheme, at 360 px and in the dark scheme. The rules are those of WCAG 2.2 AA (axe-core).
"""

import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from urllib.parse import urlsplit

from checks.course.course import find_root
from checks.errors import CourseError
from checks.site.browser.chromium import browser, missing
from checks.site.browser.faults import Fault, told
from checks.site.browser.served_site import served

# Seconds after which no further page is begun: a busy machine needs several times an idle one's.
LIMIT = 900
WORKERS = 2


@dataclass(frozen=True)
class Look:
    """What a check of a site saw: its pages, those it had no time for, the faults, the seconds."""

    pages: Sequence[str]
    left: Sequence[str]
    faults: Sequence[Fault]
    seconds: float


def look_at(site: Path, base: str = "/", limit: float = LIMIT) -> Look:
    """Visit every page of the site, which is served below the path `base`.

    Raises CourseError when the browser does not start.
    """
    begun = time.monotonic()
    names = page_names(site)
    queue: SimpleQueue[str] = SimpleQueue()
    for name in names:
        queue.put(name)
    with served(site, base) as address, ThreadPoolExecutor(WORKERS) as pool:
        asked = [pool.submit(_work, address, queue, begun + limit) for _ in range(WORKERS)]
        faults = [fault for each in asked for fault in each.result()]
    left = tuple(_taken(queue, float("inf")))
    return Look(names, left, faults, time.monotonic() - begun)


def page_names(site: Path) -> list[str]:
    """The addresses of the pages within the site; those of the largest files first."""
    files = sorted(site.rglob("*.html"), key=lambda path: (-path.stat().st_size, path))
    return [path.relative_to(site).as_posix().removesuffix("index.html") for path in files]


def _work(address: str, queue: "SimpleQueue[str]", deadline: float) -> list[Fault]:
    from checks.site.browser.visit import visits

    with browser() as running:
        looked = visits(running, address, _taken(queue, deadline))
        return [fault for _, faults in looked for fault in faults]


def _taken(queue: "SimpleQueue[str]", deadline: float) -> Iterator[str]:
    while time.monotonic() < deadline:
        try:
            yield queue.get_nowait()
        except Empty:
            return


def summary(look: Look) -> str:
    """The last line of the check."""
    from checks.site.browser.visit import STATES

    seen = len(look.pages) - len(look.left)
    return (
        f"{seen} pages in {len(STATES)} states ({', '.join(STATES)}), {seen * len(STATES)} "
        f"combinations, {look.seconds:.0f} seconds, {len(set(look.faults))} faults"
    )


def main() -> int:
    """Print the faults and a summary: 1 with a fault, 2 when the site could not be judged."""
    site = find_root() / "site"
    if not (site / "ru" / "index.html").is_file():
        print("site/ is not built yet; run `make site`", file=sys.stderr)
        return 2
    if reason := missing():
        print(reason, file=sys.stderr)
        return 2
    try:
        look = look_at(site, f"{urlsplit(os.environ.get('SITE_URL', '')).path.rstrip('/')}/")
    except CourseError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    print(*told(look.faults), summary(look), sep="\n")
    if look.left:
        print(f"{len(look.left)} pages were not looked at within {LIMIT} s", file=sys.stderr)
        return 2
    return 1 if look.faults else 0


if __name__ == "__main__":
    sys.exit(main())
