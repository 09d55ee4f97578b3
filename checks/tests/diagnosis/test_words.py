"""The words of a failure: what is left out when it is recorded, and when it is compared."""

import pytest

from checks.diagnosis.words import compared, promise, stable


@pytest.mark.parametrize(
    ("message", "recorded"),
    [
        ("a token eyJhbGciOi.eyJzdWIi.abc", "a token …"),
        ("the report a1b2c3d4-0000-4000-8000-0123456789ab", "the report …"),
        ("at 2026-01-01T10:00:00.5+00:00", "at …+00:00"),
        ("<object at 0x7f57df2e8450>", "<object at …>"),
        ("'AssertionErr...f57df57fa90>'", "'AssertionErr...…>'"),
        ("no tests ran in 0.14s", "no tests ran in …s"),
        ('{"duration_ms": 12.7}', '{"duration_ms": …}'),
        ("No such file: '/tmp/pytest-7/app.py'", "No such file: '…'"),
        ("?host=%2Ftmp%2Fsockets-0e8376ca%2Fx: the password", "?host=…: the password"),
        ("new-8d185ae18d78@example.com", "new-…@example.com"),
        ("user 4711 of 12", "user 4711 of 12"),
        ("the effaced facade", "the effaced facade"),
    ],
)
def test_what_changes_from_run_to_run_is_not_recorded(message: str, recorded: str) -> None:
    assert stable(message) == recorded
    assert stable(recorded) == recorded


@pytest.mark.parametrize("nothing", ["False", "(False or False)", "None", "not True"])
def test_an_assertion_that_compares_nothing_is_not_recorded(nothing: str) -> None:
    assert stable(f"the commit is refused\nassert {nothing}") == "the commit is refused"


def test_of_pytests_explanation_what_varies_is_not_recorded() -> None:
    message = (
        "no key\nassert [1] == []\n  \n  Left contains:\n  {'key': '0x7f57df2e84'}\n  b'x' b'y'"
    )

    assert stable(message) == "no key\nassert [1] == []\n  Left contains:"


def test_the_items_of_a_set_are_recorded_in_one_order() -> None:
    one, other = (
        f"the table\nassert set() >= {{'a', 'b'}}\n  Extra items in the right set:\n{items}"
        for items in ("  'a'\n  'b'", "  'b'\n  'a'")
    )

    assert stable(one) == stable(other)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("GET /api/events/12\nassert 3 == 1", "GET /api/events/7\nassert 4 == 2"),
        ("came twice: 1163, 1164; left out: 7", "came twice: 9; left out: 12, 13 and 4 more"),
        (
            "your code raised KeyError (app/api/a.py:3 in f)",
            "your code raised KeyError (app/b.py:71 in g)",
        ),
    ],
)
def test_ids_counts_and_the_line_of_the_code_are_not_compared(ours: str, theirs: str) -> None:
    assert compared(ours, "t") == compared(theirs, "t")


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("GET /api/users/all as a user", "GET /api/users/me as a user"),
        ("GET /api/events/1 by somebody", "PUT /api/events/1 by somebody"),
        ("the keys: extra: email", "the keys: extra: name"),
        ("total\nassert None == 1", "total\nassert 2 == 1"),
        ("?limit=0 is refused", "?limit=-1 is refused"),
    ],
)
def test_the_words_of_another_failure_differ(ours: str, theirs: str) -> None:
    assert compared(ours, "t") != compared(theirs, "t")


def test_parameters_methods_and_addresses_of_a_parametrised_test_are_one_promise() -> None:
    assert compared("PUT /api/events/12 by somebody else", "t[PUT]") == compared(
        "DELETE /api/events/13 by somebody else", "t[DELETE]"
    )
    assert compared("GET /api/tasks/my-tasks?limit=-2", "t[my-tasks--2]") == compared(
        "GET /api/events/?limit=-7", "t[events--7]"
    )
    assert compared("with LOG_LEVEL=LOUD it starts", "t[LOG_LEVEL-LOUD]") == compared(
        "with LOG_FORMAT=parchment it starts", "t[LOG_FORMAT-parchment]"
    )


def test_a_promise_is_a_test_function() -> None:
    assert promise("TestX::test_y[a-b]") == promise("TestX::test_y[c]") == "TestX::test_y"
