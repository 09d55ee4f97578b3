"""The addresses of the built site: dead ones and resources of other hosts are errors."""

from pathlib import Path

import pytest

from checks.site import check_links


class TestTheBuiltSite:
    def site(self, folder: Path, home: str) -> Path:
        site = folder / "site"
        (site / "ru").mkdir(parents=True)
        (folder / "outside.html").touch()
        (site / "index.html").write_text(home, encoding="utf-8")
        (site / "ru" / "index.html").write_text('<h2 id="here"></h2>', encoding="utf-8")
        return site

    def test_addresses_that_lead_somewhere_are_fine(self, tmp_path: Path) -> None:
        home = '<a href="ru/">a</a> <a href="ru/#here">b</a> <a href="#">c</a>'

        assert check_links.problems(self.site(tmp_path, home)) == []

    def test_an_address_that_begins_at_the_host_has_the_path_of_the_site(
        self, tmp_path: Path
    ) -> None:
        site = self.site(tmp_path, '<a href="/eventure/ru/">a</a>')

        assert check_links.problems(site, "https://example.test/eventure/") == []
        assert check_links.problems(site) != []

    def test_an_address_for_crawlers_is_no_resource(self, tmp_path: Path) -> None:
        home = '<link rel="alternate " hreflang="ru" href="https://example.test/ru/">'

        assert check_links.problems(self.site(tmp_path, home)) == []

    @pytest.mark.parametrize(
        ("html", "says"),
        [
            ('<a href="gone/">x</a>', "leads to gone/, which is not there"),
            ('<img src="a.svg">', "leads to a.svg, which is not there"),
            ('<a href="ru/#gone">x</a>', "a page that has no such place"),
            ('<script src="https://cdn.example/x.js"></script>', "loads https://cdn.example/x.js"),
            ('<a href="//ru/">x</a>', "leads to //ru/, which names another host"),
            ('<link rel="stylesheet" href="//cdn.example/x.css">', "loads //cdn.example/x.css"),
            ('<a href="../outside.html">x</a>', "leads to ../outside.html, which is not there"),
        ],
    )
    def test_a_dead_or_foreign_address_is_named(self, tmp_path: Path, html: str, says: str) -> None:
        problems = check_links.problems(self.site(tmp_path, html))

        assert len(problems) == 1
        assert problems[0].startswith("index.html: ")
        assert says in problems[0]
