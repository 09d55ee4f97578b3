"""Comments that turn rules off are found where they are comments, and say what they turn off."""

from pathlib import Path

import pytest

from checks.harness.app.learner_tree import Tree
from checks.harness.suites.suppressions import line_count, suppressions


def tree_of(tmp_path: Path, text: str) -> Tree:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "main.py").write_text(text)
    return Tree(tmp_path)


class TestSuppressions:
    @pytest.mark.parametrize(
        ("comment", "names_a_rule"),
        [
            ("# noqa: F401", True),
            ("# noqa", False),
            ("# NOQA", False),
            ("# type: ignore[arg-type]", True),
            ("# type: ignore", False),
            ("# ruff: noqa: F401", False),
            ("# mypy: ignore-errors", False),
            ("# mypy: disable-error-code=arg-type", False),
            ("# mypy: allow-untyped-defs, ignore-errors", False),
            ("# isort: skip_file", False),
            ("# ruff: isort: off", False),
            ("# fmt: skip", True),
        ],
    )
    def test_each_kind_is_found(self, tmp_path: Path, comment: str, *, names_a_rule: bool) -> None:
        (suppression,) = suppressions(tree_of(tmp_path, f"import json\nimport re  {comment}\n"))

        assert str(suppression) == "app/main.py:2"
        assert suppression.names_a_rule is names_a_rule

    def test_each_line_without_a_formatter_counts(self, tmp_path: Path) -> None:
        tree = tree_of(tmp_path, "# fmt: off\nX = [ 1 ]\n\n# fmt: on\n# mypy: strict\nY = 2\n")

        assert [each.line for each in suppressions(tree)] == [1, 2, 3]

    def test_the_same_words_in_a_string_turn_nothing_off(self, tmp_path: Path) -> None:
        assert suppressions(tree_of(tmp_path, 'TEXT = "# noqa"\n# a comment\n')) == []

    def test_every_line_counts(self, tmp_path: Path) -> None:
        assert line_count(tree_of(tmp_path, "import json\n\n# a comment\n")) == 3
