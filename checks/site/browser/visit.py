"""One visit of a page: requests, console, axe-core, both schemes, 360 px, print."""

from collections.abc import Iterator
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error

from checks.site.browser.faults import Fault, axe_faults

WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 360, "height": 740}
# What a page is looked at in: each page is loaded once and serves them all.
STATES = ("light", "360 px", "dark")
_WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# The rules that depend on colours; the others saw the same elements in the light scheme.
_COLOURS = ["color-contrast", "link-in-text-block"]
_SIZES = ["target-size", "scrollable-region-focusable"]
# A colour on its way from one scheme to the other is nobody's colour.
_STILL = "*, ::before, ::after { transition: none !important; animation: none !important }"

_FOLDED_IN_PRINT = """() => {
    dispatchEvent(new Event("beforeprint"));
    const folded = document.querySelectorAll("details:not([open])").length;
    dispatchEvent(new Event("afterprint"));
    return folded;
}"""
_CHOOSE_SCHEME = """(name) => {
    document.querySelector(`input[data-md-color-scheme=${name}]`)?.click();
    return document.body.dataset.mdColorScheme;
}"""
_UNFOLD = """() => {
    document.querySelectorAll("details").forEach((fold) => { fold.open = true; });
    document.querySelectorAll("form.quiz").forEach((quiz) => {
        quiz.querySelector("input[type=radio]").checked = true;
        quiz.requestSubmit();
    });
}"""
# The elements that push the page sideways, without those that only hold one of them.
_TOO_WIDE = """() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const wide = [...document.body.querySelectorAll("*")].filter((element) => {
        const box = element.getBoundingClientRect();
        return box.width > 0 && box.right + scrollX > width + 1;
    });
    const holds = (element) => wide.some((other) => other !== element && element.contains(other));
    const innermost = wide.filter((element) => !holds(element)).slice(0, 3);
    return innermost.length ? innermost.map((each) => each.outerHTML.slice(0, 120)) : ["the page"];
}"""

# The theme answers a change of the window in the next frames; axe must not look in between. On a
# busy machine Chromium may draw no frame and never be idle, and an evaluation has no timeout.
_SCRIPTS_ARE_DONE = """() => new Promise((done) => {
    setTimeout(done, 5000);
    requestAnimationFrame(() => requestAnimationFrame(() =>
        requestIdleCallback(() => done(), { timeout: 2000 })));
})"""

# A page of a day's changes has 30,000 tokens of a dozen colours, and axe asks the colour of each. A
# line of code or a row stays where it is among the first, or has a kind of token not seen before.
_SHORTEN = """(kept) => {
    const seen = new Set();
    const shorten = (lines, kindsOf) => lines.forEach((line, index) => {
        const kinds = kindsOf(line);
        const isNew = kinds.some((kind) => !seen.has(kind));
        kinds.forEach((kind) => seen.add(kind));
        if (index >= kept && !isNew) line.remove();
    });
    document.querySelectorAll(".highlight pre > code").forEach((code) => {
        shorten([...code.querySelectorAll(":scope > span")], (line) =>
            [...line.querySelectorAll("*")].map((token) => `${token.tagName}.${token.className}`));
    });
}"""
_LINES = 3
# The same on all pages of a folder, but for what is marked in it: axe is asked once about each.
_NAVIGATION = ".md-sidebar--primary"


class Visitor:
    """Visits pages one after the other in a browser's single tab.

    `base` is the address of the site; a request to any other place is a fault.
    """

    def __init__(self, browser: Any, base: str) -> None:
        self._base = base
        self._axe = Axe()
        self._faults: list[Fault] = []
        self._page_name = self._folder = ""
        self._known: set[str] = set()
        self._tab = browser.new_context(color_scheme="light", viewport=WIDE).new_page()
        self._tab.on("request", self._on_request)
        self._tab.on("requestfailed", self._on_failure)
        self._tab.on("response", self._on_response)
        self._tab.on("console", self._on_console)
        self._tab.on("pageerror", lambda error: self._add("console", str(error)))

    def visit(self, page_name: str) -> list[Fault]:
        """Every fault of the page, whose address follows the site's."""
        self._page_name, self._faults = page_name, []
        self._folder = page_name.rstrip("/").rpartition("/")[0]
        try:
            self._look()
            self._known.add(self._folder)
        except Error as error:
            self._add("load", str(error).strip().splitlines()[0])
        return self._faults

    def _look(self) -> None:
        tab = self._tab
        self._resize(WIDE)
        tab.goto(self._base + self._page_name, wait_until="load")
        tab.add_style_tag(content=_STILL)
        self._choose_scheme("default")
        if folded := tab.evaluate(_FOLDED_IN_PRINT):
            self._add("print", f"{folded} folds stay closed")
        tab.evaluate(_UNFOLD)
        self._resize(NARROW)
        for element in tab.evaluate(_TOO_WIDE):
            self._add("overflow", f"360 px: {element}")
        self._resize(WIDE)
        tab.evaluate(_SHORTEN, _LINES)
        self._ask_axe("light", {"type": "tag", "values": _WCAG})
        self._resize(NARROW)
        self._ask_axe("360 px", {"type": "rule", "values": _SIZES})
        self._resize(WIDE)
        self._choose_scheme("slate")
        self._ask_axe("dark", {"type": "rule", "values": _COLOURS})

    def _resize(self, size: dict[str, int]) -> None:
        """Returns when the page is laid out for it and its scripts, which hear of it, are done."""
        self._tab.set_viewport_size(size)
        self._tab.wait_for_function("(width) => innerWidth === width", arg=size["width"])
        self._tab.evaluate(_SCRIPTS_ARE_DONE)

    def _choose_scheme(self, name: str) -> None:
        """Press the page's own button; the theme remembers the choice for the next page."""
        if self._tab.evaluate(_CHOOSE_SCHEME, name) != name:
            self._add("scheme", f"the page has no scheme {name}")

    def _ask_axe(self, state: str, rules: dict[str, object]) -> None:
        options = {"runOnly": rules, "resultTypes": ["violations"]}
        known = None if self._folder not in self._known else {"exclude": [[_NAVIGATION]]}
        violations = self._axe.run(self._tab, known, options).response["violations"]
        self._faults += axe_faults(self._page_name, state, violations)

    def _add(self, kind: str, seen: str) -> None:
        self._faults.append(Fault(kind, seen, self._page_name))

    def _path(self, loaded: Any) -> str:
        return str(loaded.url).removeprefix(self._base)

    def _on_request(self, request: Any) -> None:
        if not request.url.startswith((self._base, "data:", "blob:")):
            self._add("external request", request.url)

    def _on_failure(self, request: Any) -> None:
        # The next page ends what the one before still loads; that is no failure of either.
        if request.failure != "net::ERR_ABORTED":
            self._add(
                "failed request", f"{request.url.removeprefix(self._base)}: {request.failure}"
            )

    def _on_response(self, response: Any) -> None:
        if response.status >= 400:
            self._add(
                "failed request", f"{response.url.removeprefix(self._base)}: {response.status}"
            )

    def _on_console(self, message: Any) -> None:
        # Chromium says there too what `_on_response` and `_on_failure` tell with the address.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self._add("console", message.text)


def visits(browser: Any, base: str, page_names: Iterator[str]) -> Iterator[tuple[str, list[Fault]]]:
    """Each page with its faults, as long as there are pages."""
    visitor = Visitor(browser, base)
    for page_name in page_names:
        yield page_name, visitor.visit(page_name)
