"""A log of JSON lines: one object a line, and those objects that are about a request."""

import json
from collections.abc import Iterable
from typing import Any

from checks.harness.app.polling import holds_within
from checks.harness.app.process import AppProcess

Entry = dict[str, Any]  # Any: a value is what the app has logged


def entry(line: str) -> Entry | None:
    """The line as an object; None for a line that is no JSON object."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def entries(lines: Iterable[str]) -> list[Entry]:
    """Every line that is a JSON object, in order; an empty object is left out."""
    return [value for value in map(entry, lines) if value]


def request_entries(lines: Iterable[str]) -> list[Entry]:
    """The entries about requests: those that have a `status`."""
    return [value for value in entries(lines) if "status" in value]


def logged_lines(process: AppProcess, since: int, requests: int, timeout: float) -> list[str]:
    """The lines that the process has printed from byte `since` on.

    Returned when so many of them are about requests, or after `timeout` seconds.
    """

    def lines() -> list[str]:
        return process.log(since).splitlines()

    holds_within(timeout, lambda: len(request_entries(lines())) >= requests)
    return lines()
