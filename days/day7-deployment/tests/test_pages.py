"""A page of v2 knows its number, and how much there is besides it."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.helpers import event_body

EVENTS = "/api/v2/events/"


@pytest.fixture
def five(client: TestClient, auth_headers: dict[str, str]) -> list[int]:
    """The ids of five events, the last of which is cancelled."""
    made = [
        client.post("/api/events/", json=event_body() | {"status": status}, headers=auth_headers)
        for status in ["planning"] * 4 + ["cancelled"]
    ]
    return [answer.json()["id"] for answer in made]


def page_of(client: TestClient, **wanted: str | int) -> dict[str, Any]:
    """The body, with ids for items."""
    answer = client.get(EVENTS, params={"sort_by": "id", **wanted})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body | {"items": [event["id"] for event in body["items"]]}


@pytest.mark.parametrize(("page", "cut"), [(1, (0, 2)), (2, (2, 4)), (3, (4, 5)), (4, (5, 5))])
def test_the_pages_are_the_list_cut_in_pieces(
    client: TestClient, five: list[int], page: int, cut: tuple[int, int]
) -> None:
    found = page_of(client, page=page, page_size=2)

    assert found == {
        "items": five[slice(*cut)],
        "total": 5,
        "page": page,
        "page_size": 2,
        "pages": 3,
    }


def test_the_total_counts_what_was_asked_for(client: TestClient, five: list[int]) -> None:
    found = page_of(client, status="planning", page_size=3)

    assert (found["items"], found["total"], found["pages"]) == (five[:3], 4, 2)


def test_of_nothing_there_are_no_pages(client: TestClient) -> None:
    assert page_of(client) == {"items": [], "total": 0, "page": 1, "page_size": 20, "pages": 0}


def test_a_page_that_is_too_large_is_cut_and_says_so(client: TestClient) -> None:
    assert page_of(client, page_size=1000)["page_size"] == 100


@pytest.mark.parametrize("wrong", [{"page": 0}, {"page_size": 0}, {"page": 2**63}], ids=str)
def test_a_page_that_cannot_be_is_refused(client: TestClient, wrong: dict[str, int]) -> None:
    assert client.get(EVENTS, params=wrong).status_code == 422
