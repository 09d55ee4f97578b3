"""The ids of a learner's revisions in the next day."""

from hypothesis import given
from hypothesis import strategies as st

from checks.advance.revisions import new_ids

REFERENCE = ("0001", "0002", "0003", "0004")
ids = st.lists(
    st.sampled_from([*REFERENCE, "0002b", "a1", "b2", "c3", "0005"]), min_size=1, unique=True
)


@given(learner=ids)
def test_each_has_one_id_and_the_head_that_of_the_references(learner: list[str]) -> None:
    result = new_ids(learner, REFERENCE)

    assert len(set(result)) == len(result) == len(learner)
    assert result[-1] == "0004"


@given(learner=ids)
def test_doing_it_twice_changes_nothing(learner: list[str]) -> None:
    once = new_ids(learner, REFERENCE)

    assert new_ids(once, REFERENCE) == once
