"""What the learner's code prints in tests that pass is read out of what the run wrote down."""

from pathlib import Path

from checks.results.printed import MAX_LINES, printed_in_passing


def test_each_line_is_told_once_and_half_a_record_is_left_out(tmp_path: Path) -> None:
    file, missing = tmp_path / "results-1.jsonl", tmp_path / "results-2.jsonl"
    file.write_text(
        '{"task": "1.2", "name": "printed"}\n{"printed": ["a", "b"], "in": "1.2"}\n'
        '{"printed": ["b", "c"], "in": "1.2"}\n{"printed": ["d"'
    )

    said = printed_in_passing([file, missing])

    assert said == ("a", "b", "c")


def test_the_last_lines_are_kept(tmp_path: Path) -> None:
    lines = ", ".join(f'"{number}"' for number in range(MAX_LINES + 3))
    (tmp_path / "one").write_text(f'{{"printed": [{lines}], "in": "1.2"}}\n')

    said = printed_in_passing([tmp_path / "one"])

    assert said == tuple(str(number) for number in range(3, MAX_LINES + 3))
