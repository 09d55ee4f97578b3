"""Requests that Schemathesis generates from an OpenAPI document, always the same ones."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from checks.harness.artefacts.openapi import Json

REQUEST_FIELDS = ("method", "url", "headers", "params", "cookies", "json", "data", "files")


def send_generated_requests(
    document: Json, ids: Json, examples: int, send: Callable[[str, str, Json, bytes], object]
) -> None:
    """Send requests that Schemathesis generates for each operation of a document.

    `send(method, target, headers, body)` sends one. Some are valid, with the `ids` (`event_id`) of
    existing rows and with any others, and some are invalid. DELETE comes last, so that the rows
    exist for the others. AssertionError for a document that Schemathesis cannot read.
    """
    from schemathesis import errors

    try:
        for strategy in _strategies(document, ids):
            for case in _cases(strategy, examples):
                send(*_request(case))
    except errors.InvalidSchema as error:
        raise AssertionError(f"Schemathesis cannot read the documentation: {error}") from None


def _strategies(document: Json, ids: Json) -> Iterator[Any]:
    import schemathesis
    from schemathesis.core.result import Err

    positive, negative = schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE
    operations: list[Any] = []
    for each in schemathesis.openapi.from_dict(dict(document)).get_all_operations():
        if isinstance(each, Err):
            raise each.err()
        operations.append(each.ok())
    for operation in sorted(operations, key=lambda each: bool(each.method == "delete")):
        names = {each.name for each in operation.path_parameters} & ids.keys()
        known = {name: ids[name] for name in names}
        yield operation.as_strategy(positive, path_parameters=known)
        yield operation.as_strategy(negative, path_parameters=known)
        if known:
            yield operation.as_strategy(positive)


def _cases(strategy: Any, examples: int) -> list[Any]:
    """So many different examples of a strategy; [] for one that has none."""
    from hypothesis import HealthCheck, Phase, given, seed, settings
    from hypothesis.errors import Unsatisfiable

    cases: list[Any] = []

    @seed(1)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(case: Any) -> None:
        cases.append(case)

    with suppress(Unsatisfiable):
        collect()
    return cases


def _request(case: Any) -> tuple[str, str, Json, bytes]:
    """The request as Schemathesis itself would send it, which it can do only over TCP."""
    import requests

    fields = case.as_transport_kwargs(base_url="http://localhost")
    request = {name: fields[name] for name in REQUEST_FIELDS if name in fields}
    prepared = requests.Request(**request).prepare()
    body = prepared.body.encode() if isinstance(prepared.body, str) else prepared.body
    return (
        str(prepared.method),
        prepared.path_url,
        prepared.headers,
        body if isinstance(body, bytes) else b"",
    )
