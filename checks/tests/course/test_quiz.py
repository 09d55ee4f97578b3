"""The reader of docs/quiz refuses what is incomplete, and names the file and the question."""

from pathlib import Path

import pytest

from checks.course.quiz import Question, read_questions, refuse_repeated_texts
from checks.errors import CourseError
from checks.tests.support.quiz_file import ALSO_WRONG, WHOLE

PLACE = r"docs/quiz/day1\.toml: question why-so"


def read(root: Path, text: str) -> tuple[Question, ...]:
    folder = root / "docs" / "quiz"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "day1.toml").write_text(text, encoding="utf-8")
    return read_questions(root, 1)


def test_a_question_has_its_options_in_both_languages(tmp_path: Path) -> None:
    (question,) = read(tmp_path, WHOLE)

    assert (question.key, question.of, question.ask.ru) == ("why-so", "1.1", "Почему?")
    assert [option.value for option in question.options] == ["right", "1.1/early", "1.1/late"]
    assert question.options[1].why.ru == "Причина 2"


@pytest.mark.parametrize(
    ("there", "instead", "says"),
    [
        ('ask.ru = "Почему?"\n', "", rf"{PLACE}: ask has no Russian text; write `ru`"),
        ('ask.en = "Why?"', 'ask.en = " "', rf"{PLACE}: ask has no English text"),
        ('why.ru = "Причина 2"\n', "", rf"{PLACE}: option 2: why has no Russian text"),
        ('why.en = "Reason 1"\nwhy.ru = "Причина 1"\n', "", rf"{PLACE}: option 1 has no `why`"),
        ('text.ru = "Текст 3"', 'text.ru = "Text 3"', r"option 3: text is the same in both"),
        ('mistake = "1.1/early"', "right = true", rf"{PLACE} has 2 right options; exactly one"),
        ("right = true", 'mistake = "1.1/third"', rf"{PLACE} has 0 right options"),
        ("right = true", "right = false", r"option 1: `right` is true or absent"),
        ('mistake = "1.1/early"\n', "", r"option 2 needs either `right = true` or the `mistake`"),
        ('mistake = "1.1/early"', 'mistake = "early"', r"option 2: mistake is 'early'; write it"),
        ('"1.1/late"', '"1.1/early"', rf"{PLACE}: the mistake '1\.1/early' stands twice"),
        (ALSO_WRONG, "", rf"{PLACE} has 2 options; write three or four"),
        ('of = "1.1"\n', "", rf"{PLACE} has no `of`"),
        ('of = "1.1"', 'of = "1.1"\nhint = "x"', rf"{PLACE} has an unknown field `hint`"),
        ('key = "why-so"', 'key = "Why so"', r"day1\.toml: a question has the key 'Why so'"),
        (WHOLE, "questions = 1", r"day1\.toml: questions is no list of tables"),
        (WHOLE, WHOLE + WHOLE, r"day1\.toml: the key 'why-so' stands twice"),
        (WHOLE, "[[questions", r"day1\.toml is no TOML"),
    ],
)
def test_a_fault_is_named_with_its_file_and_question(
    tmp_path: Path, there: str, instead: str, says: str
) -> None:
    assert there in WHOLE

    with pytest.raises(CourseError, match=says):
        read(tmp_path, WHOLE.replace(there, instead, 1))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"docs/quiz/day1\.toml cannot be read"):
        read_questions(tmp_path, 1)


class TestTextsOfAllDays:
    def test_a_text_stands_once(self, tmp_path: Path) -> None:
        first = read(tmp_path, WHOLE)
        again = read(tmp_path, 'key = "why-else"'.join(WHOLE.split('key = "why-so"')))

        with pytest.raises(CourseError, match=r"English text 'why\?'.*why-so; .*why-else"):
            refuse_repeated_texts({1: first, 2: again})

    def test_the_russian_ones_too(self, tmp_path: Path) -> None:
        text = WHOLE.replace('why.ru = "Причина 2"', 'why.ru = "причина 1"')

        with pytest.raises(CourseError, match="Russian text 'причина 1' stands twice"):
            refuse_repeated_texts({1: read(tmp_path, text)})

    def test_a_key_belongs_to_one_day(self, tmp_path: Path) -> None:
        question = read(tmp_path, WHOLE)

        with pytest.raises(CourseError, match="the key 'why-so' stands twice"):
            refuse_repeated_texts({1: question, 2: question})
