"""Two moments of a clock are told from what a test has compared."""

import pytest

from checks.results.clock_comparison import is_clock_comparison


@pytest.mark.parametrize(
    ("explanation", "compares"),
    [
        ("assert 23178.92 < 23178.91", True),
        ("23178.92 <= 23178.91", True),
        ("assert 23178.92 < 23178.91\n +  where 23178.92 = monotonic()", True),
        ("assert 11 <= 4", False),
        ("assert 404 == 200", False),
        ("assert 0.91 >= 0.95", False),
        ("", False),
    ],
)
def test_only_a_late_moment_before_a_deadline_counts(explanation: str, compares: bool) -> None:
    assert is_clock_comparison(explanation) is compares
