"""Commands that have ended, in words."""

from checks.harness.app.border import CommandResult
from checks.harness.app.command_errors import error_summary, exit_summary

SUCCESS = CommandResult(0, "3 tables", "")
MISSING = CommandResult(1, "", "Traceback\nKeyError: 'x'\n")
REFUSED = CommandResult(2, "", "the database does not answer\n")


def test_a_failure_has_its_exit_code_and_its_error() -> None:
    assert exit_summary(MISSING) == "; exit code 1, it said: KeyError: 'x'"


def test_a_command_without_an_error_is_quoted_by_its_output() -> None:
    assert exit_summary(SUCCESS) == "; exit code 0, it said: 3 tables"


def test_only_failures_are_summed_up_and_each_error_once() -> None:
    results = (REFUSED, SUCCESS, MISSING, MISSING)

    assert error_summary(*results) == "; it said: KeyError: 'x'; the database does not answer"


def test_without_a_failure_there_is_nothing_to_add() -> None:
    assert error_summary(SUCCESS) == ""
