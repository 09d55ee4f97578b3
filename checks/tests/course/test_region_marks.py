"""Regions: errors for broken markers, and a model that agrees with whole ones."""

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.course import regions
from checks.errors import CourseError


class TestRefusals:
    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("a\n# region task 1.1\nb\n", "f.py:2: the region of task 1.1 is not closed"),
            ("a\n# endregion\n", "f.py:2: `# endregion` closes nothing"),
            (
                "# region task 1.1\n# region task 1.2\n# endregion\n",
                "f.py:2: a region cannot begin here, the region of line 1 is still open",
            ),
            ("a\nb\n#| c\n", "f.py:3: a `#|` line stands outside a region"),
            ("# region 1.1\n", "f.py:1: '# region 1.1' is nearly a marker"),
            ("#region task 1.1\n", "is nearly a marker"),
            ("# Region task 1.1\n", "is nearly a marker"),
            ("# region task 1.1 and 1.2\n", "is nearly a marker"),
            ("# region task 1.1\na\n# end region\n", "f.py:3: '# end region' is nearly a marker"),
            ("# region task 1.1\n#|a\n# endregion\n", "f.py:2: '#|a' is nearly a marker"),
        ],
    )
    def test_a_broken_mark_is_told_with_its_file_and_line(self, text: str, says: str) -> None:
        with pytest.raises(CourseError) as caught:
            regions.parse(text, "f.py")

        assert says in str(caught.value)

    def test_a_byte_order_mark_does_not_hide_a_region(self) -> None:
        text = "\ufeff# region task 1.1\na\n# endregion\nb\n"

        assert regions.tasks_in(text) == ("1.1",)

    def test_an_unknown_task_is_told(self) -> None:
        parts = regions.parse("a\n# region task 3.9\n# endregion\n", "f.py")

        with pytest.raises(CourseError, match=r"f\.py:2: there is no task 3\.9"):
            regions.check_tasks(parts, "f.py", 3, {"3.1": 3})

    def test_a_region_of_another_day_is_told(self) -> None:
        parts = regions.parse("# region task 2.1\n# endregion\n", "f.py")

        with pytest.raises(CourseError, match=r"f\.py:1: task 2\.1 belongs to day 2"):
            regions.check_tasks(parts, "f.py", 3, {"3.1": 3, "2.1": 2})

    def test_the_day_s_own_tasks_are_accepted(self) -> None:
        parts = regions.parse("# region task B1\n# endregion\n", "f.py")

        regions.check_tasks(parts, "f.py", 7, {"B1": 7})


@dataclass(frozen=True)
class Part:
    """The model: plain lines, or a region with its starter and answer lines."""

    task: str | None
    starter: tuple[str, ...]
    answer: tuple[str, ...]

    def source_lines(self) -> list[str]:
        starter = [f"#| {line}" if line else "#|" for line in self.starter]
        return self._with_markers([*starter, *self.answer])

    def starter_lines(self) -> list[str]:
        return self._with_markers(list(self.starter)) if self.task else list(self.answer)

    def _with_markers(self, lines: list[str]) -> list[str]:
        return [f"# region task {self.task}", *lines, "# endregion"] if self.task else lines


line = st.text("ab =#()", max_size=6).map(lambda text: "x" + text)
plain = st.builds(Part, st.none(), st.just(()), st.lists(line, min_size=1, max_size=3).map(tuple))
region = st.builds(
    Part,
    st.sampled_from(["1.1", "1.2"]),
    st.lists(st.just("") | line, max_size=3).map(tuple),
    st.lists(line, max_size=3).map(tuple),
)


@settings(deadline=None)
@given(st.lists(plain | region, max_size=6), st.sampled_from(["\n", "\r\n"]))
def test_starter_and_solution_agree_with_a_model(parts: list[Part], eol: str) -> None:
    text = "".join(each + eol for part in parts for each in part.source_lines())

    starter = "".join(each + eol for part in parts for each in part.starter_lines())
    is_one_region = len(parts) == 1 and parts[0].task is not None and not parts[0].starter
    assert regions.starter(text) == (None if is_one_region else starter)
    answers = "".join(each + eol for part in parts for each in part.answer)
    assert regions.solution(text) == answers
    segments = regions.parse(text, "f.py")
    assert "".join(each.text for part in segments for each in part.lines) == text
