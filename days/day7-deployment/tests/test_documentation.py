"""What /openapi.json promises, and what the app then answers."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.schemas.error import Error

Operation = dict[str, Any]  # JSON Schema nests as deep as it likes


@pytest.fixture
def operations(client: TestClient) -> dict[str, Operation]:
    """Every operation, as `GET /api/…`."""

    def found() -> Iterator[tuple[str, Operation]]:
        for path, methods in client.get("/openapi.json").json()["paths"].items():
            for method, operation in methods.items():
                yield f"{method.upper()} {path}", operation

    return dict(found())


def test_every_operation_has_words_and_a_name_of_its_own(
    operations: dict[str, Operation],
) -> None:
    words = ("summary", "description", "tags")
    silent = [name for name, each in operations.items() if not all(each.get(w) for w in words)]

    assert silent == []
    assert len({each["operationId"] for each in operations.values()}) == len(operations)


def test_whoever_asks_for_a_token_says_what_happens_without(
    operations: dict[str, Operation],
) -> None:
    locked = [each for each in operations.values() if each.get("security")]

    assert locked
    assert [each["summary"] for each in locked if "401" not in each["responses"]] == []


def test_every_refusal_has_one_schema(operations: dict[str, Operation]) -> None:
    shapes = {
        answer["content"]["application/json"]["schema"]["$ref"]
        for each in operations.values()
        for status, answer in each["responses"].items()
        if status >= "400"
    }

    assert shapes == {"#/components/schemas/Error"}


@pytest.mark.parametrize(
    ("path", "status"), [("/api/events/0", 422), ("/api/events/999", 404), ("/api/auth/me", 401)]
)
def test_a_refusal_has_the_shape_that_was_promised(
    client: TestClient, path: str, status: int
) -> None:
    answer = client.get(path)

    assert answer.status_code == status
    assert Error.model_validate(answer.json()).model_dump() == answer.json()
