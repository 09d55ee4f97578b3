"""The search index is requested when the search is opened, and not before."""

import json
import shutil
import subprocess

import pytest

from checks.tests.support.repository import ROOT

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="Node.js runs the script")

SCRIPT = ROOT / "docs" / "assets" / "search-on-demand.js"
INDEX = "https://example.test/search/search_index.json"
# The three things of a browser that the script uses.
BROWSER = """
const sent = [], handlers = {};
class XMLHttpRequest {
  open(method, address) { this.address = address }
  send() { sent.push(this.address) }
}
const document = { addEventListener: (type, handler) => { handlers[type] = handler } };
const location = { search: process.argv[1] };
const request = (address) => { const x = new XMLHttpRequest(); x.open("GET", address); x.send() };
const at = (isSearch) => ({ target: { closest: () => isSearch } });
"""


def run(story: str, query: str = "") -> list[str]:
    """The addresses that were requested in the story."""
    code = f"{BROWSER}{SCRIPT.read_text(encoding='utf-8')}{story};console.log(JSON.stringify(sent))"
    done = subprocess.run(["node", "-e", code, query], capture_output=True, text=True, check=True)
    requested: list[str] = json.loads(done.stdout)
    return requested


def test_the_index_waits_and_other_files_do_not() -> None:
    assert run(f"request('{INDEX}'); request('/other.json')") == ["/other.json"]


def test_a_focus_elsewhere_does_not_open_the_search() -> None:
    assert run(f"request('{INDEX}'); handlers.focusin(at(false))") == []


@pytest.mark.parametrize("event", ["focusin", "change", "pointerdown"])
def test_the_index_comes_once_when_the_search_is_opened(event: str) -> None:
    twice = f"handlers.{event}(at(true)); handlers.{event}(at(true))"

    assert run(f"request('{INDEX}'); {twice}") == [INDEX]


@pytest.mark.parametrize("query", ["?q=jwt", "?h=jwt"])
def test_an_address_with_a_query_does_not_wait(query: str) -> None:
    assert run(f"request('{INDEX}')", query) == [INDEX]


def test_once_the_search_is_open_nothing_waits() -> None:
    assert run(f"handlers.focusin(at(true)); request('{INDEX}')") == [INDEX]


def test_an_event_of_the_document_itself_is_no_error() -> None:
    assert run(f"request('{INDEX}'); handlers.change({{ target: document }})") == []
