"""Texts that stand beside their translation are hashed like those in a file of their own."""

from pathlib import Path

import pytest

from checks.course.course import find_root
from checks.errors import CourseError
from checks.site import translations
from checks.site.twin_texts import twin_blocks
from checks.tests.support.workbook import write

SOURCES = {
    "docs/quiz/day1.toml": (
        '[[questions]]\nkey = "why"\nask.en = "Why?"\nask.ru = "Почему?"\n'
        '[[questions.options]]\ntext.en = "So."\ntext.ru = "Так."\n'
    ),
    "docs/diagrams/day1.toml": (
        '[flow]\ntitle = { en = "A flow", ru = "Поток" }\n'
        'steps = [{ from = 0, to = 1, en = "asks", ru = "спрашивает" }]\n'
    ),
    "docs/checklist.toml": '[[lines]]\ntitle = { en = "Index", ru = "Индекс" }\n',
    "solutions/day1-architecture/day.toml": 'title = { en = "Day", ru = "День" }\n',
    "checks/catalogue/1.1/look-alikes.toml": (
        '[[look-alikes]]\nmistakes = ["a"]\ntitle = "Same"\ntitle-ru = "То же"\n'
        'hint = "Which?"\nhint-ru = "Какая?"\n'
    ),
    "checks/catalogue/1.1/mistakes/a.patch": (
        "title: Title\ntitle.ru: Название\nhint: A hint\nhint.ru: Подсказка\n\n--- a/x\n+++ b/x\n"
    ),
    "notebooks/n.py": (
        '# %% [markdown] tags=["lang-en"]\n# Prose\n# %% [markdown] tags=["lang-ru"]\n# Проза\n'
        '# %% tags=["plot"] alt_en="A \\"line\\"." alt_ru="Линия."\nplot()\n'
    ),
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workbook with one source of each kind, recorded as it is."""
    write(tmp_path, {"README.md": "# W\n", "README.ru.md": "# У\n"} | SOURCES)
    translations.record(tmp_path, keep_russian=False)
    return tmp_path


@pytest.mark.parametrize(
    ("file", "old", "block"),
    [
        ("docs/quiz/day1.toml", "Why?", "why"),
        ("docs/quiz/day1.toml", "So.", "why"),
        ("docs/diagrams/day1.toml", "asks", "flow"),
        ("docs/checklist.toml", "Index", "1"),
        ("solutions/day1-architecture/day.toml", "Day", "title"),
        ("checks/catalogue/1.1/look-alikes.toml", "Which?", "1"),
        ("checks/catalogue/1.1/mistakes/a.patch", "A hint", "head"),
        ("notebooks/n.py", "Prose", "1"),
        ("notebooks/n.py", "line", "plot-1"),
    ],
)
def test_an_english_change_alone_fails_the_build(
    file: str,
    old: str,
    block: str,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(root)
    assert translations.main([]) == 0

    write(root, {file: SOURCES[file].replace(old, "changed")})

    assert translations.main([]) == 1
    assert capsys.readouterr().out.startswith(f"{file}#{block}: the English text changed")


def test_what_is_no_text_of_a_language_may_change(root: Path) -> None:
    patch, notebook = "checks/catalogue/1.1/mistakes/a.patch", "notebooks/n.py"
    before = twin_blocks(root)

    write(root, {patch: f"{SOURCES[patch]}+a line\n", notebook: f"{SOURCES[notebook]}show()\n"})

    assert twin_blocks(root) == before


def test_a_cell_without_its_twin_is_named(root: Path) -> None:
    write(root, {"notebooks/n.py": '# %% [markdown] tags=["lang-en"]\n# Prose\n'})

    with pytest.raises(CourseError, match=r"notebooks/n\.py has 1 blocks in English and 0 in Rus"):
        twin_blocks(root)


def test_every_block_of_the_course_has_both_texts() -> None:
    blocks = twin_blocks(find_root())

    assert {name.partition("/")[0] for name in blocks} == {
        "docs",
        "solutions",
        "checks",
        "notebooks",
    }
    assert [name for name, texts in blocks.items() if not all(texts.values())] == []
