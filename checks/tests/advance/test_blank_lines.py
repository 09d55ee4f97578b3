"""Blank lines in a merge: formatting is taken from the next day, a learner's own stays."""

from hypothesis import given
from hypothesis import strategies as st

from checks.advance.blank_lines import same_but_blank, with_blank_lines_of


def test_both_sides_get_the_blank_lines_of_the_next_day() -> None:
    base, ours, theirs = "a\n\nb\n\nc\n\n\n", "a\n\nB\n\nc\n\n\n", "a\nb\nc\n"

    assert with_blank_lines_of(base, ours, theirs) == ("a\nb\nc\n", "a\nB\nc\n")


def test_blank_lines_that_a_learner_wrote_stay() -> None:
    assert with_blank_lines_of("a\nb\n", "a\n\n\nb\n", "a\nb\n") == ("a\nb\n", "a\n\n\nb\n")


def test_where_the_next_day_added_lines_nothing_is_guessed() -> None:
    assert with_blank_lines_of("a\n\nb\n", "a\n\nb\n", "a\nnew\nb\n") == ("a\n\nb\n", "a\n\nb\n")


def test_texts_are_the_same_but_for_blank_lines() -> None:
    assert same_but_blank("a\n\nb \n", "a\nb\n\n")
    assert not same_but_blank("a\nb\n", "a\n b\n")


texts = st.lists(st.sampled_from(["a", "b", "c", "", "  "]), max_size=12).map(
    lambda lines: "".join(f"{line}\n" for line in lines)
)


@given(base=texts, ours=texts, theirs=texts)
def test_only_blank_lines_ever_change(base: str, ours: str, theirs: str) -> None:
    new_base, new_ours = with_blank_lines_of(base, ours, theirs)

    assert same_but_blank(new_base, base)
    assert same_but_blank(new_ours, ours)


@given(base=texts, theirs=texts)
def test_no_change_stays_no_change(base: str, theirs: str) -> None:
    new_base, new_ours = with_blank_lines_of(base, base, theirs)

    assert new_base == new_ours
