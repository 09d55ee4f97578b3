"""The search of a small site, asked with the theme's own worker."""

import json
import shutil
from importlib.metadata import distribution
from pathlib import Path

import pytest

from checks.course.course import find_root
from checks.errors import CourseError
from checks.site import searches
from checks.tests.support.workbook import write

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="Node.js runs the search")

ROOT = find_root(Path(__file__))
TASK = "day3/login-rate-limit/"
MATERIAL = distribution("mkdocs-material").locate_file("material")
THEME = Path(str(MATERIAL)) / "templates" / "assets" / "javascripts"


def make_site(site: Path, lang: str, pages: dict[str, str]) -> Path:
    """A site with the theme's search; the titles of its pages by their addresses."""
    scripts = site / "assets" / "javascripts"
    shutil.copytree(THEME / "workers", scripts / "workers")
    shutil.copytree(THEME / "lunr", scripts / "lunr")
    shutil.copy(ROOT / "docs" / "assets" / "russian-search.js", site / "assets")
    worker = next((scripts / "workers").glob("search.*.js")).relative_to(site)
    fields = {"title": {"boost": 1000}, "text": {"boost": 1}, "tags": {"boost": 1000000}}
    config = {"lang": [lang], "separator": r"[\s\-]+", "pipeline": [], "fields": fields}
    docs = [{"location": at, "title": title, "text": ""} for at, title in pages.items()]
    index = json.dumps({"config": config, "docs": docs})
    rewriting = "assets/russian-search.js" if lang == "ru" else ""
    page = f'{{"search": "{worker}"}} {rewriting}'
    write(site, {"index.html": page, "search/search_index.json": index})
    return site


class TestSearch:
    def test_the_page_with_the_words_in_its_title_is_first(self, tmp_path: Path) -> None:
        site = make_site(tmp_path, "en", {"a/": "Logins", "b/": "Rate limiting logins"})

        assert searches.ask(site, ["rate limit", "nothing"]) == [["b/"], []]

    @pytest.mark.parametrize("query", ["миграция", "миграции", "миграций", "миграциями"])
    def test_every_case_of_a_russian_noun_finds_it(self, tmp_path: Path, query: str) -> None:
        site = make_site(tmp_path, "ru", {"a/": "Индексы", "b/": "Миграция Alembic"})

        assert searches.ask(site, [query]) == [["b/"]]

    def test_a_site_without_its_index_is_named(self, tmp_path: Path) -> None:
        site = make_site(tmp_path, "en", {})
        (site / "search" / "search_index.json").unlink()

        with pytest.raises(CourseError, match="run `make site` again"):
            searches.ask(site, ["rate limit"])


class TestQueries:
    def workbook(self, folder: Path, queries: str, english: dict[str, str]) -> Path:
        (folder / "solutions").symlink_to(ROOT / "solutions")
        write(folder, {"docs/searches.toml": queries})
        make_site(folder / "site", "en", english)
        make_site(folder / "site" / "ru", "ru", {TASK: "Ограничение частоты входов"})
        return folder

    def test_a_query_that_leads_elsewhere_is_named(self, tmp_path: Path) -> None:
        queries = '[en]\n"rate limit" = "3.2"\n[ru]\n"частота" = "3.2"\n'
        root = self.workbook(tmp_path, queries, {TASK: "Logins", "a/": "Rate limits"})

        assert searches.problems(root) == [
            f"docs/searches.toml [en] 'rate limit': finds a/ first, not {TASK}"
        ]

    def test_it_fails_the_build(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.chdir(self.workbook(tmp_path, '[en]\n"rate" = "3.2"\n[ru]\n', {}))

        assert searches.main() == 1
        assert "'rate': finds nothing first" in capsys.readouterr().out

    def test_a_task_that_the_course_does_not_have_is_named(self, tmp_path: Path) -> None:
        root = self.workbook(tmp_path, '[en]\n"rate limit" = "9.9"\n[ru]\n', {})

        with pytest.raises(CourseError, match=r"\[en\] names 9\.9; name a task of the course"):
            searches.problems(root)

    def test_thirty_are_asked_in_each_language(self) -> None:
        text = (ROOT / "docs" / "searches.toml").read_text(encoding="utf-8")
        english, russian = text.split("[en]")[1].split("[ru]")

        assert english.count(" = ") >= 30
        assert russian.count(" = ") >= 30
