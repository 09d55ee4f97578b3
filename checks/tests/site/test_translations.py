"""An English section that changed without its Russian twin is named."""

from pathlib import Path

import pytest

from checks.errors import CourseError
from checks.site import translations
from checks.tests.support.workbook import write

ENGLISH = "# A {#a}\n\none\n\n## B {#b}\n\n```sh\n# no heading\n```\n"
RUSSIAN = "# А {#a}\n\nодин\n\n## Б {#b}\n\n```sh\n# no heading\n```\n"


def workbook(root: Path) -> Path:
    """Two translated files, recorded as they are."""
    files = {
        "README.md": "# W\n",
        "README.ru.md": "# У\n",
        "docs/en/p.md": ENGLISH,
        "docs/ru/p.md": RUSSIAN,
        "solutions/day1-architecture/README.md": "# D\n",
        "solutions/day1-architecture/README.ru.md": "# Д\n",
    }
    write(root, files)
    translations.record(root, keep_russian=False)
    return root


def problems(root: Path) -> list[str]:
    """What the check says of a tree."""
    before, now = translations.recorded(root), translations.current(root)
    return translations.stale(before, now) + translations.unrecorded(before, now)


class TestCheck:
    def test_recorded_texts_are_fine(self, tmp_path: Path) -> None:
        assert problems(workbook(tmp_path)) == []

    def test_an_english_change_alone_names_file_and_section(self, tmp_path: Path) -> None:
        root = workbook(tmp_path)
        write(root, {"docs/en/p.md": ENGLISH.replace("one", "two")})

        assert len(problems(root)) == 1
        assert problems(root)[0].startswith("docs/en/p.md#a: the English text changed")

    def test_a_change_in_both_is_compared_and_recorded(self, tmp_path: Path) -> None:
        root = workbook(tmp_path)
        write(root, {"docs/en/p.md": ENGLISH.replace("one", "two")})
        write(root, {"docs/ru/p.md": RUSSIAN.replace("один", "два")})

        assert problems(root)[0].startswith("docs/en/p.md#a: both texts changed")
        translations.record(root, keep_russian=False)
        assert problems(root) == []

    def test_better_russian_alone_is_fine(self, tmp_path: Path) -> None:
        root = workbook(tmp_path)
        write(root, {"docs/ru/p.md": RUSSIAN.replace("один", "раз")})

        assert problems(root) == []

    def test_a_new_section_and_one_that_is_gone_are_named(self, tmp_path: Path) -> None:
        root = workbook(tmp_path)
        write(root, {"docs/en/p.md": ENGLISH.replace("{#b}", "{#c}")})

        assert [problem.partition(":")[0] for problem in problems(root)] == [
            "docs/en/p.md#c",
            "docs/en/p.md#b",
        ]


class TestCommand:
    def test_a_stale_translation_fails_the_build(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        root = workbook(tmp_path)
        monkeypatch.chdir(root)
        assert translations.main([]) == 0

        write(root, {"solutions/day1-architecture/README.md": "# Day\n"})

        assert translations.main([]) == 1
        assert "solutions/day1-architecture/README.md#1: the English" in capsys.readouterr().out
        assert translations.main(["--record"]) == 2


class TestRecord:
    def test_a_stale_translation_is_not_recorded(self, tmp_path: Path) -> None:
        root = workbook(tmp_path)
        write(root, {"docs/en/p.md": ENGLISH.replace("one", "two")})

        with pytest.raises(CourseError, match=r"p\.md#a: the English text changed"):
            translations.record(root, keep_russian=False)

        translations.record(root, keep_russian=True)
        assert problems(root) == []

    def test_a_file_without_its_twin_is_named(self, tmp_path: Path) -> None:
        root = workbook(tmp_path)
        (root / "docs" / "ru" / "p.md").unlink()

        with pytest.raises(CourseError, match=r"docs/en/p.md has no docs/ru/p.md; translate it"):
            translations.current(root)

    def test_a_heading_that_one_language_lacks_is_named(self) -> None:
        with pytest.raises(CourseError, match="2 headings in English and 1 in Russian"):
            translations.pairs("p.md", ENGLISH, "# А\n")

    def test_a_line_of_the_record_that_is_none_is_named(self, tmp_path: Path) -> None:
        write(tmp_path, {"docs/translations.txt": "<<<<<<< dev\n"})

        with pytest.raises(CourseError, match="line 1 is no record"):
            translations.recorded(tmp_path)


def test_a_section_is_named_by_its_id_or_its_number() -> None:
    names = [name for name, _ in translations.section_hashes("# A\n\n## B {#b}\n")]

    assert names == ["1", "b"]
