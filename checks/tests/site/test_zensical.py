"""The site by Zensical: what it is built from, and what of two sites is compared."""

from pathlib import Path

import pytest

from checks.site.zensical.compare import differences
from checks.site.zensical.configuration import SOURCES, for_zensical, read_settings
from checks.tests.support.repository import ROOT
from checks.tests.support.workbook import write

PAGE = """<html><head><title>{title}</title><meta name="description" content="Of logins">
<link rel="canonical" href="https://example.test/a/"></head><body>{frame}
<article class="md-content__inner md-typeset">{article}</article></body></html>"""
ARTICLE = '<h1 id="a">Logins</h1><p>Read <a href="../b/">the other</a> page.</p>'


def page(article: str = ARTICLE, title: str = "Logins", frame: str = "") -> str:
    return PAGE.format(article=article, title=title, frame=frame)


class TestComparison:
    def found(self, folder: Path, ours: dict[str, str], theirs: dict[str, str]) -> list[str]:
        write(folder / "ours", ours)
        write(folder / "theirs", theirs)
        return differences(folder / "ours", folder / "theirs")

    def test_the_frame_that_a_theme_puts_around_an_article_is_not_compared(
        self, tmp_path: Path
    ) -> None:
        theirs = page(f'<a id="__skip"></a>{ARTICLE}', frame="<nav>Logins</nav>")

        assert self.found(tmp_path, {"a.html": page()}, {"a.html": theirs}) == []

    @pytest.mark.parametrize(
        ("theirs", "says"),
        [
            (page(title="Home"), "head: MkDocs has 'title Logins', Zensical 'title Home'"),
            (page(ARTICLE.replace("other", "next")), "text: MkDocs has 'other', Zensical 'next'"),
            (page(ARTICLE.replace('"a"', '"b"')), "ids: MkDocs has 'a', Zensical 'b'"),
            (page(ARTICLE.replace("../b/", "b.md")), "addresses: MkDocs has '../b/'"),
            (page("<h1 id='a'>Logins</h1>"), "text: MkDocs has 'Read', Zensical 'nothing'"),
        ],
    )
    def test_a_part_that_differs_is_named_with_its_page(
        self, tmp_path: Path, theirs: str, says: str
    ) -> None:
        problems = self.found(tmp_path, {"a.html": page()}, {"a.html": theirs})

        assert problems[0].startswith(f"a.html: {says}")

    def test_a_page_of_one_site_only_is_named(self, tmp_path: Path) -> None:
        problems = self.found(tmp_path, {"a.html": page()}, {"b.html": page()})

        assert problems == ["a.html: only MkDocs makes it", "b.html: only Zensical makes it"]

    def test_a_page_that_one_sitemap_lacks_is_seen(self, tmp_path: Path) -> None:
        sitemap = "<loc>https://example.test/a/</loc>"

        problems = self.found(
            tmp_path, {"ru/sitemap.xml": sitemap}, {"ru/sitemap.xml": "<urlset/>"}
        )

        assert problems == ["ru/sitemap.xml: the addresses differ"]


class TestSettings:
    def test_a_list_of_the_russian_file_replaces_the_one_that_it_inherits(
        self, tmp_path: Path
    ) -> None:
        nav = {f"build/nav.{lang}.yml": "nav: []\n" for lang in SOURCES}
        nav["build/nav.ru.yml"] = "INHERIT: ../mkdocs.yml\nnav: []\n"
        names = SOURCES.values()
        write(tmp_path, nav | {name: (ROOT / name).read_text(encoding="utf-8") for name in names})

        settings = for_zensical(read_settings(tmp_path / SOURCES["ru"]))

        assert len(settings["theme"]["palette"]) == 2
        assert len(settings["extra_javascript"]) == len(set(settings["extra_javascript"]))
        assert (settings["docs_dir"], settings["site_dir"]) == ("docs/ru", "zensical/ru")
