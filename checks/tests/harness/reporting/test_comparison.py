"""What a failed comparison tells: the two values, cut to where they differ."""

import pytest

from checks.harness.reporting.comparison import MAX_CHARACTERS, compared, explained

EVENT = {"id": 1, "title": "Behind", "location": "Room 1", "status": "planning"}


@pytest.mark.parametrize(
    ("operator", "left", "right", "expected", "got"),
    [
        ("==", 404, 200, "200", "404"),
        ("==", {**EVENT, "id": 2}, EVENT, "{'id': 1, …}", "{'id': 2, …}"),
        ("==", [EVENT], [{**EVENT, "id": 2}], "[[0] {'id': 2, …}, …]", "[[0] {'id': 1, …}, …]"),
        ("==", [1, 2], [1], "[1]", "[1, 2]"),
        ("==", [{"a": 1}, {"a": 2}], [{"a": 1}], "1 × […]", "2 × [[1] {'a': 2}, …]"),
        ("==", {1, 2}, {2, 3}, "{3, …}", "{1, …}"),
        ("==", {"a": 1}, {"a": 1, "b": 2}, "{'b': 2, …}", "{…}"),
        ("in", "x", {"y": 1}, "'x' in …", "{'y': 1}"),
        ("not in", "x", "xy", "'x' not in …", "'xy'"),
        ("<=", 7, 5, "≤ 5", "7"),
        ("is", 7, None, "None", "7"),
        ("!=", 200, 200, "≠ 200", "200"),
    ],
)  # fmt: skip
def test_two_values(operator: str, left: object, right: object, expected: str, got: str) -> None:
    assert compared(operator, left, right) == (expected, got)


def test_long_texts_are_shown_around_their_first_difference() -> None:
    expected, got = compared("==", "a" * 500 + "left" + "b" * 500, "a" * 500 + "right" + "b" * 500)

    assert expected.startswith("…'aaa")
    assert "right" in expected
    assert "left" in got
    assert max(len(expected), len(got)) < MAX_CHARACTERS


def test_no_value_is_longer_than_a_screen_holds() -> None:
    expected, got = compared("in", "x" * 5000, [EVENT] * 1000)

    assert max(len(expected), len(got)) <= MAX_CHARACTERS + 1


@pytest.mark.parametrize(
    ("message", "comparison", "values"),
    [
        ("GET /x: 200\nassert 404 == 200", ("==", ("200", "404")), ("200", "404")),
        ("GET /api has tags\nassert None", None, ("", "None")),
        ("nothing is left\nassert not ['a']", None, ("", "['a']")),
        ("one of two\nassert (1 == 2 or 3 == 4)", ("==", ("4", "3")), ("", "")),
        ("not the same\nassert not 1 == 1", ("==", ("1", "1")), ("", "")),
        ("an earlier one\nassert None", ("==", ("200", "404")), ("", "None")),
        ("no more than that\nassert False", None, ("", "")),
        ("a sentence of its own", None, ("", "")),
    ],
)
def test_values_belong_to_the_assertion_that_failed(
    message: str, comparison: tuple[str, tuple[str, str]] | None, values: tuple[str, str]
) -> None:
    assert explained(message, comparison) == values
