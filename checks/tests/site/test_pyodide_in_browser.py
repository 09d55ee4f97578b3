"""The pages that run code, in Chromium: what a reader presses, and what Python prints then.

They ask the site in site/, so `make site-check` runs them after it has built it with Pyodide.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from checks.site.browser import chromium
from checks.site.browser.faults import axe_faults
from checks.site.browser.served_site import served
from checks.site.pyodide.assets import PATH
from checks.tests.support.repository import ROOT

SITE = ROOT / "site"
LOADED = 300_000
"""Milliseconds: WebAssembly is compiled on a machine that may be busy with other tests."""

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

pytestmark = pytest.mark.skipif(
    chromium.missing() is not None or not (SITE / PATH / "programs.json").is_file(),
    reason=chromium.missing() or "site/ was built without Pyodide; run `make pyodide site`",
)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(SITE) as base:
        yield base


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium.browser() as running:
        yield running


class Page:
    """A page in a tab of its own, with what it requested and what went wrong."""

    def __init__(self, browser: Any, base: str, path: str) -> None:
        self.context = browser.new_context(viewport={"width": 360, "height": 740})
        self.tab = self.context.new_page()
        self.requests: list[str] = []
        self.errors: list[str] = []
        self.tab.on("request", lambda request: self.requests.append(request.url))
        self.tab.on("requestfailed", lambda request: self.errors.append(request.url))
        self.tab.on("pageerror", lambda error: self.errors.append(str(error)))
        self.tab.on("console", self._on_console)
        self.tab.goto(base + path, wait_until="load")

    def _on_console(self, message: Any) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def run(self, number: int = 0) -> str:
        """Press the button of a section with the keyboard, and wait for its output."""
        box = self.tab.locator(".in-page").nth(number)
        box.locator(".in-page-run").press("Enter")
        self.tab.wait_for_function(
            "(number) => !['busy', undefined].includes("
            "document.querySelectorAll('.in-page')[number].dataset.state)",
            arg=number,
            timeout=LOADED,
        )
        return str(box.locator(".in-page-output").text_content())


@pytest.fixture(scope="module")
def n_plus_one(browser: Any, address: str) -> Iterator[Page]:
    page = Page(browser, address, "run/n-plus-one/")
    yield page
    page.context.close()


@pytest.fixture(scope="module")
def tokens(browser: Any, address: str) -> Iterator[Page]:
    page = Page(browser, address, "ru/run/tokens/")
    yield page
    page.context.close()


@pytest.fixture(scope="module")
def task(browser: Any, address: str) -> Iterator[Page]:
    page = Page(browser, address, "run/event-statistics/")
    yield page
    page.context.close()


def choose(page: Page, label: str, option: str) -> None:
    page.tab.get_by_label(label, exact=True).select_option(label=option)


class TestNPlusOne:
    def test_nothing_of_python_is_loaded_before_the_button_that_says_its_size(
        self, n_plus_one: Page
    ) -> None:
        button = n_plus_one.tab.locator(".in-page-run").first

        assert "MB" in str(button.text_content())
        assert not [url for url in n_plus_one.requests if "/assets/pyodide/" in url]

    def test_a_lazy_page_prints_one_statement_and_one_more_for_each_event(
        self, n_plus_one: Page
    ) -> None:
        printed = n_plus_one.run()

        assert printed.count("FROM events") == 1
        assert printed.count("WHERE ? = tasks.event_id") == 5
        assert "5 events, 6 statements" in printed

    def test_selectinload_prints_two_statements(self, n_plus_one: Page) -> None:
        printed = n_plus_one.run(1)

        assert "tasks.event_id IN" in printed
        assert "5 events, 2 statements" in printed

    def test_what_a_reader_has_written_is_run(self, n_plus_one: Page) -> None:
        editor = n_plus_one.tab.locator(".in-page").first.locator(".cm-content")
        editor.press("ControlOrMeta+End")
        n_plus_one.tab.keyboard.type("\nprint('reader', EVENTS + 1)")

        assert "reader 6" in n_plus_one.run()

    def test_every_request_went_to_this_site_and_nothing_failed(
        self, n_plus_one: Page, address: str
    ) -> None:
        assert [url for url in n_plus_one.requests if not url.startswith(address)] == []
        assert n_plus_one.errors == []

    def test_the_page_with_its_editors_is_no_wider_than_a_phone(self, n_plus_one: Page) -> None:
        width = n_plus_one.tab.evaluate("document.documentElement.scrollWidth")

        assert width == 360


class TestTokens:
    def test_a_token_whose_payload_was_changed_is_refused(self, tokens: Page) -> None:
        assert "401 refused: Signature verification failed" in tokens.run(1)

    def test_an_expired_token_is_refused(self, tokens: Page) -> None:
        assert "401 refused: Signature has expired" in tokens.run(2)

    def test_alg_none_is_refused_and_believed_only_without_verification(self, tokens: Page) -> None:
        refused, believed = tokens.run(3).splitlines()

        assert refused == "401 refused: The specified alg value is not allowed"
        assert believed == "a server that does not verify: user 1"

    def test_the_russian_page_loads_python_from_the_english_site(
        self, tokens: Page, address: str
    ) -> None:
        assert f"{address}assets/pyodide/pyodide.asm.wasm" in tokens.requests
        assert tokens.errors == []


class TestTask:
    def test_the_starter_fails_the_first_promise_with_its_hint(self, task: Page) -> None:
        printed = task.run()

        assert "1.2  fail      tests 0/16" in printed
        assert "→ GET /api/events/1/statistics" in printed
        assert "1.2, hint 1 of 6: Which layer answers which question?" in printed

    def test_the_reference_answer_passes(self, task: Page) -> None:
        choose(task, "Shown", "a reference answer")

        assert "1.2  pass      tests 16/16" in task.run()

    def test_what_a_learner_writes_is_judged_and_kept(self, task: Page) -> None:
        choose(task, "Shown", "your code")
        choose(task, "File", "app/crud/task.py")
        task.tab.locator(".cm-content").press("ControlOrMeta+End")
        task.tab.keyboard.type("\ndef f(:")

        printed = task.run()

        assert "the app does not start: SyntaxError" in printed
        stored = "localStorage.getItem('eventure.solve.event-statistics.v1')"
        assert "def f(:" in task.tab.evaluate(stored)

    def test_tab_leaves_the_editor(self, task: Page) -> None:
        task.tab.locator(".cm-content").focus()

        task.tab.keyboard.press("Tab")

        assert not task.tab.evaluate("document.activeElement.closest('.cm-editor')")

    @pytest.mark.parametrize("scheme", ["default", "slate"])
    def test_the_page_with_editor_and_result_breaks_no_rule_of_wcag(
        self, task: Page, scheme: str
    ) -> None:
        from axe_playwright_python.sync_playwright import Axe

        # At the top: what lies below the theme's sticky header is read with the header's colour.
        task.tab.evaluate(
            "(name) => { document.body.dataset.mdColorScheme = name; scrollTo(0, 0); }", scheme
        )

        answer = Axe().run(task.tab, None, {"runOnly": {"type": "tag", "values": WCAG}}).response

        assert axe_faults("run/event-statistics/", scheme, answer["violations"]) == []

    def test_every_request_went_to_this_site_and_nothing_failed(
        self, task: Page, address: str
    ) -> None:
        assert [url for url in task.requests if not url.startswith(address)] == []
        assert task.errors == []
        assert task.tab.evaluate("document.documentElement.scrollWidth") == 360


def test_without_javascript_a_sentence_says_what_is_needed(browser: Any, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()

    tab.goto(f"{address}run/tokens/")

    assert tab.get_by_text("needs JavaScript").is_visible()
    assert tab.locator(".in-page-run").count() == 0
    context.close()
