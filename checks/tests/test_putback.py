"""A task's starter put back: its own regions change and not another byte."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.putback import put_back

STARTER = """import os
# region task 1.1
raise NotImplementedError("task 1.1")
# endregion
between = 1
# region task 1.2
return None
# endregion
"""
OWN = "# region task 1.2\n{}# endregion\n"
LINES = st.lists(
    st.text(st.characters(exclude_characters="\r\n#", exclude_categories=("Cs", "Zl", "Zp", "Cc")))
)


def mine(one: str, two: str, rest: str = "mine = 2\n") -> str:
    return f"# region task 1.1\n{one}# endregion\n{rest}{OWN.format(two)}"


@given(one=LINES, two=LINES, rest=LINES)
def test_only_the_tasks_own_region_changes(one: list[str], two: list[str], rest: list[str]) -> None:
    first, second, others = ("".join(f"{line}\n" for line in part) for part in (one, two, rest))

    back = put_back(mine(first, second, others), STARTER, "1.2")

    assert back == mine(first, "return None\n", others)


def test_twice_is_once() -> None:
    once = put_back(mine("a\n", "b\n"), STARTER, "1.2")

    assert once is not None
    assert put_back(once, STARTER, "1.2") == once


def test_windows_line_ends_stay() -> None:
    back = put_back(OWN.format("b\n").replace("\n", "\r\n"), STARTER, "1.2")

    assert back == OWN.format("return None\n").replace("\n", "\r\n")


@pytest.mark.parametrize(
    "damaged",
    [
        "no marker at all\n",
        "# region task 1.2\nnot closed\n",
        "# region task 1.2\na\n#endregion\n# region task 1.1\n# endregion\n",
        OWN.format("a\n") * 2,
    ],
)
def test_what_cannot_be_told_is_not_guessed(damaged: str) -> None:
    assert put_back(damaged, STARTER, "1.2") is None
