"""A log of JSON lines: what is an entry, and which are about requests."""

import pytest

from checks.harness.app.json_log import entries, entry, request_entries

LINES = ['{"status": 200}', "INFO started", "[1]", '{"message": "a job"}', ""]


@pytest.mark.parametrize("line", ["INFO started", "[1]", "7", "", "{"])
def test_a_line_that_is_no_object_is_no_entry(line: str) -> None:
    assert entry(line) is None


def test_entries_keep_their_order_and_other_lines_are_left_out() -> None:
    assert entries(LINES) == [{"status": 200}, {"message": "a job"}]


def test_an_entry_with_a_status_is_about_a_request() -> None:
    assert request_entries(LINES) == [{"status": 200}]
