"""The notebooks: one source for two languages, and committed outputs that are not stale."""

import json
from pathlib import Path
from typing import Any

import pytest

from checks.course.course import LANGUAGES, Course, find_root, load_course
from checks.errors import CourseError
from checks.notebooks.lab import brief
from checks.notebooks.source import Notebook, difference, in_language, normalize
from checks.site import parity
from checks.site.notebooks import ORDER, notebook_pages

ROOT = find_root(Path(__file__))
SOURCES = sorted((ROOT / "notebooks").glob("*.py"))
FILES = [ROOT / "notebooks" / lang / f"{name}.ipynb" for name in ORDER for lang in LANGUAGES]
PICTURE = {"output_type": "display_data", "data": {"image/png": "AAAA"}, "metadata": {}}


def cell(source: str, *outputs: object, tags: tuple[str, ...] = (), **more: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "source": source,
        "outputs": list(outputs),
        "metadata": {"tags": list(tags), **more},
    }


def prose(source: str, *tags: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "source": source, "metadata": {"tags": list(tags)}}


def stdout(text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": text}


def notebook(*cells: dict[str, Any]) -> Notebook:
    return {"cells": list(cells), "metadata": {"language_info": {"version": "3.11.7"}}}


class TestTwoLanguagesFromOneSource:
    BOTH = notebook(prose("# Two", "lang-en"), prose("# Два", "lang-ru"), cell("1 + 1"))

    @pytest.mark.parametrize(("lang", "title"), [("en", "# Two"), ("ru", "# Два")])
    def test_each_gets_its_own_prose_and_all_of_the_code(self, lang: str, title: str) -> None:
        localized = in_language(self.BOTH, lang, "x.py")

        assert [each["source"] for each in localized["cells"]] == [title, "1 + 1"]

    def test_ids_and_metadata_are_the_same_each_time(self) -> None:
        localized = in_language(self.BOTH, "ru", "x.py")

        assert [each["id"] for each in localized["cells"]] == ["00", "01"]
        assert localized["metadata"]["language_info"] == {"name": "python"}

    def test_prose_in_no_language_is_named(self) -> None:
        with pytest.raises(CourseError, match=r"x\.py: cell 0 is prose"):
            in_language(notebook(prose("# Two")), "en", "x.py")

    def test_prose_without_its_other_half_is_named(self) -> None:
        with pytest.raises(CourseError, match=r"x\.py has 1 cells in English and 0 in Russian"):
            in_language(notebook(prose("# Two", "lang-en")), "en", "x.py")

    def test_a_plot_is_described_in_the_language_of_its_notebook(self) -> None:
        both = notebook(cell("plot()", PICTURE, alt_en="bars", alt_ru="столбцы"))

        localized = normalize(in_language(both, "ru", "x.py"), "x.py")

        assert localized["cells"][0]["outputs"][0]["metadata"] == {"image/png": {"alt": "столбцы"}}

    def test_a_plot_without_words_is_named(self) -> None:
        with pytest.raises(CourseError, match="a plot has no words"):
            normalize(notebook(cell("plot()", PICTURE)), "x.py")


class TestWhatIsStale:
    def test_the_same_run_twice_is_no_difference(self) -> None:
        assert difference(notebook(cell("f()", stdout("92\n"))), self.run("92\n")) is None

    def test_another_number_is_told_with_both(self) -> None:
        assert difference(self.run("93\n"), self.run("92\n")) == (
            "cell 0 says '93' in the file, and '92' now"
        )

    def test_another_text_is_told_though_the_numbers_are_the_same(self) -> None:
        old, new = notebook(prose("a", "x")), notebook(prose("b", "x"))

        assert difference(old, new) == "cell 0 says 'a' in the file, and 'b' now"

    def test_a_cell_more_is_told(self) -> None:
        assert (
            difference(self.run("1"), notebook(cell("f()", stdout("1")), cell("g()"))) is not None
        )

    def test_what_was_measured_may_differ(self) -> None:
        old, new = (notebook(cell("f()", stdout(text), tags=("measured",))) for text in "12")

        assert difference(old, new) is None

    def test_a_picture_may_be_drawn_with_other_bytes_but_not_be_gone(self) -> None:
        drawn = notebook(cell("f()", PICTURE))
        again = notebook(cell("f()", {**PICTURE, "data": {"image/png": "BBBB"}}))

        assert difference(drawn, again) is None
        assert difference(drawn, notebook(cell("f()"))) is not None

    def run(self, text: str) -> Notebook:
        return notebook(cell("f()", stdout(text)))


class TestTheCommittedNotebooks:
    def test_each_source_has_its_place_on_the_site(self) -> None:
        assert sorted(ORDER) == [path.stem for path in SOURCES]

    @pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.stem}-{path.parent.name}")
    def test_each_claims_draws_and_has_failed_nowhere(self, path: Path) -> None:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]

        outputs = [output for each in cells for output in each.get("outputs", [])]
        assert [output for output in outputs if output["output_type"] == "error"] == []
        assert any("image/png" in output.get("data", {}) for output in outputs)
        code = "".join("".join(each["source"]) for each in cells if each["cell_type"] == "code")
        assert code.count("assert ") >= 5

    @pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.stem}-{path.parent.name}")
    def test_none_holds_a_place_or_a_time_of_the_machine(self, path: Path) -> None:
        file = path.read_text(encoding="utf-8")

        for word in ('execution":', "/tmp", "/var/", "/home/", "/root", "iopub"):
            assert word not in file


@pytest.fixture(scope="module")
def course() -> Course:
    return load_course(ROOT, tree="solutions")


class TestPages:
    def test_code_and_counted_output_are_the_same_in_both_languages(self, course: Course) -> None:
        english, russian = (
            {page.path: page.text for page in notebook_pages(course, lang)} for lang in LANGUAGES
        )

        assert parity.differences(english, russian) == []

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_every_plot_lies_beside_its_page_and_says_what_it_shows(
        self, course: Course, lang: str
    ) -> None:
        for page in notebook_pages(course, lang):
            plots = [line for line in page.text.splitlines() if line.startswith("![")]
            assert plots != [], page.path
            for plot in plots:
                alt, _, rest = plot.removeprefix("![").partition("](")
                assert len(alt) > 60, page.path
                name, _, scheme = rest.partition(")")[0].partition("#")
                assert page.files[name].startswith(b"\x89PNG")
                assert scheme == ("only-dark" if name.endswith("-dark.png") else "only-light")

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_a_prediction_comes_before_its_number(self, course: Course, lang: str) -> None:
        for page in notebook_pages(course, lang):
            assert '??? success "' in page.text, page.path
            assert '??? question "' in page.text, page.path
            assert "<details>" not in page.text

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_each_leads_to_its_task_and_can_be_taken_along(self, course: Course, lang: str) -> None:
        for page in notebook_pages(course, lang):
            name = page.path.removeprefix("notebooks/").replace(".md", ".ipynb")
            assert f"]({name})" in page.text
            assert name in page.files
            assert "](../day" in page.text, page.path


class TestBrief:
    def test_a_statement_is_one_line_without_its_columns_and_parameters(self) -> None:
        statement = "SELECT t.a, t.b AS b_1, t.c \nFROM t WHERE t.a = $1  -- $1 = '7'"

        assert brief(statement) == "SELECT … FROM t WHERE t.a = $1"


class TestARun:
    """With what `make notebooks` installs; `make test` does that first."""

    def test_a_claim_that_fails_is_told_with_its_line(self, tmp_path: Path) -> None:
        pytest.importorskip("nbclient", reason="run `make notebooks`")
        from checks.notebooks.execute import execute

        source = tmp_path / "x.py"
        source.write_text("# %%\nsent = 93\nassert sent == 92\n", encoding="utf-8")

        with pytest.raises(
            CourseError, match=r"^x\.py \(en\): `assert sent == 92`: AssertionError"
        ):
            execute(source, "en", tmp_path)
