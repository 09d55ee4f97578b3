"""Compare the site of MkDocs with that of Zensical: `python -m checks.site.zensical.compare`.

Compared is what a reader or a search engine reads of each page: its title, description and
addresses, the text of its article, the ids and links in it. The frames belong to two themes.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import zip_longest
from pathlib import Path

from checks.course.course import find_root
from checks.site.zensical.configuration import SITE

_ARTICLE = ("article", "md-content__inner")
_SILENT = {"script", "style", "svg"}
_HEAD_LINKS = {"canonical", "alternate"}


@dataclass
class Page:
    """What is compared of a page, in the order of its HTML."""

    head: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)

    def parts(self) -> dict[str, list[str]]:
        """The lists by the name that a reader sees."""
        return {
            "head": self.head,
            "text": self.words,
            "ids": self.ids,
            "addresses": self.addresses,
        }


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self._in_title = self._in_article = False
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self._in_title = tag == "title"
        self._silent += tag in _SILENT
        if tag == _ARTICLE[0] and _ARTICLE[1] in values.get("class", ""):
            self._in_article = True
        if tag == "meta" and not self._in_article:
            self._add_meta(values)
        if tag == "link" and not _HEAD_LINKS.isdisjoint(values.get("rel", "").split()):
            self.page.head.append(f"{values['rel'].strip()} {values['href']}")
        if self._in_article and not self._silent:
            # A name with two lines before it belongs to the theme.
            self.page.ids += [each for each in [values.get("id", "__")] if each[:2] != "__"]
            found = (values[name] for name in ("href", "src") if name in values)
            self.page.addresses += [_normal(address) for address in found]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT
        if tag == _ARTICLE[0]:
            self._in_article = False

    def handle_data(self, data: str) -> None:
        if self._in_title and data.strip():
            self.page.head.append(f"title {' '.join(data.split())}")
            self._in_title = False
        if self._in_article and not self._silent:
            self.page.words += data.split()

    def _add_meta(self, values: dict[str, str]) -> None:
        name = values.get("name", "") or values.get("property", "")
        if name == "description" or name.startswith(("og:", "twitter:")):
            self.page.head.append(f"{name} {values.get('content', '')}")


def _normal(address: str) -> str:
    """A path without `./`: `/eventure/./` is `/eventure/`."""
    return address.replace("/./", "/")


def read_page(html: str) -> Page:
    """The parts of one page."""
    reader = _Reader()
    reader.feed(html)
    return reader.page


def differences(ours: Path, theirs: Path) -> list[str]:
    """One sentence for each page that only one site has, and for each part that differs."""
    names = [
        {path.relative_to(site).as_posix() for path in site.rglob("*.html")}
        for site in (ours, theirs)
    ]
    only = [
        *(f"{name}: only MkDocs makes it" for name in sorted(names[0] - names[1])),
        *(f"{name}: only Zensical makes it" for name in sorted(names[1] - names[0])),
    ]
    pages = (
        difference
        for name in sorted(names[0] & names[1])
        for difference in _of_page(name, ours / name, theirs / name)
    )
    sitemaps = [sitemap.relative_to(ours) for sitemap in sorted(ours.rglob("sitemap.xml"))]
    unequal = (
        f"{name}: the addresses differ"
        for name in sitemaps
        if _locations(ours / name) != _locations(theirs / name)
    )
    return [*only, *pages, *unequal]


def _of_page(name: str, ours: Path, theirs: Path) -> Iterator[str]:
    left, right = (read_page(path.read_text(encoding="utf-8")).parts() for path in (ours, theirs))
    for part, values in left.items():
        pairs = zip_longest(values, right[part], fillvalue="nothing")
        if pair := next((pair for pair in pairs if pair[0] != pair[1]), None):
            yield f"{name}: {part}: MkDocs has {pair[0]!r}, Zensical {pair[1]!r}"


def _locations(sitemap: Path) -> list[str]:
    if not sitemap.is_file():
        return []
    return sorted(re.findall(r"<loc>(.*?)</loc>", sitemap.read_text(encoding="utf-8")))


def main() -> int:
    """Print the differences and how many pages were compared; exit code 1 when there are any."""
    root = find_root()
    ours, theirs = root / "site", root / SITE
    for site, command in ((ours, "make site"), (theirs, "make site ENGINE=zensical")):
        if not (site / "ru" / "index.html").is_file():
            print(f"{site.relative_to(root)}/ is not built yet; run `{command}`", file=sys.stderr)
            return 2
    found = differences(ours, theirs)
    print(*found, sep="\n")
    print(f"{len(list(ours.rglob('*.html')))} pages compared, {len(found)} differences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
