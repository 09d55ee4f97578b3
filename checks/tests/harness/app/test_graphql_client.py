"""What is read of an answer of /graphql, and how a row of REST looks there."""

from typing import Any

import pytest

from checks.harness.app.graphql_client import GraphQLAnswer, instants, read_answer, twin

FORBIDDEN = {"path": ["events", 0, "email"], "extensions": {"code": "forbidden"}}


def answer(body: dict[str, Any], status: int = 200) -> GraphQLAnswer:
    return read_answer(status, "", body)


def test_an_error_is_found_by_its_fields_whatever_the_positions() -> None:
    found = answer({"data": {"events": [{}]}, "errors": [FORBIDDEN]})

    assert found.codes_at("events", "email") == {"forbidden"}
    assert found.codes_at("events") == set()


def test_a_refusal_of_rest_is_an_error_with_its_code() -> None:
    found = answer({"detail": "no", "code": "validation_error"}, 422)

    assert found.codes == {"validation_error"}
    assert found.is_refused


@pytest.mark.parametrize(
    ("body", "status", "is_refused"),
    [
        ({"data": None, "errors": [{}]}, 200, True),
        ({"data": {"createEvent": None}, "errors": [{}]}, 200, True),
        ({"data": {"events": []}, "errors": [{}]}, 200, False),
        ({"data": None}, 200, False),
        ({}, 405, True),
        ({"errors": [{}]}, 500, False),
    ],
)
def test_refused_is_an_error_without_data(
    body: dict[str, Any], status: int, is_refused: bool
) -> None:
    assert answer(body, status).is_refused is is_refused


@pytest.mark.parametrize("error", [{}, {"extensions": None}, {"extensions": {"code": 7}}])
def test_an_error_without_a_code_has_none(error: dict[str, Any]) -> None:
    assert answer({"errors": [error]}).codes == {"none"}


@pytest.mark.parametrize("body", [{"data": [1]}, {"errors": "no"}, {"errors": ["no"]}])
def test_what_has_another_shape_is_left_out(body: dict[str, Any]) -> None:
    found = answer(body)

    assert (found.data, found.errors) == ({}, ())


def test_a_row_of_rest_has_camel_case_and_the_names_of_its_enums() -> None:
    row = {"id": 1, "start_time": "soon", "status": "in_progress", "assigned_to_id": None}

    shown = {"id": 1, "startTime": "soon", "status": "IN_PROGRESS", "assignedToId": None}
    assert twin(row) == shown


def test_one_zone_has_two_spellings() -> None:
    spellings = ("2031-05-01T10:00:00Z", "2031-05-01T10:00:00+00:00")

    first, second = (instants({"title": "2031", "at": each}) for each in spellings)

    assert first == second
    assert first["title"] == "2031"
