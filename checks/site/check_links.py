"""Check the links of the built site: `python -m checks.site.check_links [folder]`.

MkDocs checks the links in the Markdown. This command checks every address in the finished HTML,
also those of the templates (the language switch), and refuses resources from another host.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from checks.course.course import find_root

_RESOURCES = {
    ("script", "src"),
    ("img", "src"),
    ("iframe", "src"),
    ("source", "src"),
    ("link", "href"),
}
_NOT_LOADED = {"canonical", "alternate", "next", "prev"}


class _Addresses(HTMLParser):
    """Collects what a page loads, what it links to, and its ids."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = base
        self.loads: list[str] = []
        self.links: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if anchor := values.get("id"):
            self.ids.add(anchor)
        for name, value in attrs:
            if value is None or not _NOT_LOADED.isdisjoint((values.get("rel") or "").split()):
                continue
            address = f"/{value.removeprefix(self.base)}" if value.startswith(self.base) else value
            if (tag, name) in _RESOURCES:
                self.loads.append(address)
            elif (tag, name) == ("a", "href"):
                self.links.append(address)


def problems(site: Path, site_url: str = "") -> list[str]:
    """One sentence for each resource from another host and each dead address.

    A page that was not found has addresses that begin at the host: with the path of `site_url`.
    """
    base = f"{urlsplit(site_url).path.rstrip('/')}/"
    pages = {page: _read(page, base) for page in sorted(site.rglob("*.html"))}
    return [
        f"{page.relative_to(site)}: {problem}"
        for page, addresses in pages.items()
        for problem in _page_problems(site, page, addresses, pages)
    ]


def _page_problems(
    site: Path, page: Path, addresses: _Addresses, pages: dict[Path, _Addresses]
) -> Iterator[str]:
    yield from _other_hosts(addresses)
    for address in [*addresses.loads, *addresses.links]:
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            continue
        target = _target_file(site, page, unquote(parts.path))
        if not target.is_file() or site not in target.parents:
            yield f"leads to {address}, which is not there"
        elif parts.fragment and target in pages and not _has_id(pages[target], parts.fragment):
            yield f"leads to {address}, a page that has no such place"


def _other_hosts(addresses: _Addresses) -> Iterator[str]:
    """What comes from elsewhere, and links that a base address of "/" turned into a host."""
    for address in addresses.loads:
        if urlsplit(address).netloc:
            yield f"loads {address}; put the file into docs/assets"
    for address in addresses.links:
        if address.startswith("//"):
            yield f"leads to {address}, which names another host"


def _target_file(site: Path, page: Path, path: str) -> Path:
    absolute = site / path.lstrip("/") if path.startswith("/") else page.parent / path
    target = (absolute if path else page).resolve()
    return target / "index.html" if target.is_dir() else target


def _has_id(page: _Addresses, fragment: str) -> bool:
    return unquote(fragment) in page.ids


def _read(page: Path, base: str) -> _Addresses:
    addresses = _Addresses(base)
    addresses.feed(page.read_text(encoding="utf-8"))
    return addresses


def main(arguments: Sequence[str]) -> int:
    """Print the problems; exit code 1 when there are any. `arguments` may name another folder."""
    folder = arguments[0] if arguments else "site"
    site = find_root() / folder
    if not (site / "index.html").is_file():
        print(f"{folder}/ is not built yet; run `make site`", file=sys.stderr)
        return 2
    errors = problems(site, os.environ.get("SITE_URL", ""))
    print(*errors, sep="\n")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
