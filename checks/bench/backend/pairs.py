"""Pairs of addresses or commands, asked in turns, and what comes out: a ratio with its spread."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from checks.bench.backend.load import requests_per_second


@dataclass(frozen=True)
class Address:
    """What the table calls it, and where it is; `headers` go along with every request.

    A command has a name only.
    """

    name: str
    url: str = ""
    headers: tuple[str, ...] = ()


RATE = "req/s"


@dataclass(frozen=True)
class Pair:
    """Two addresses or commands, what is measured of both, and the goal of their ratio, if any.

    Of rates (RATE) the goal is the least ratio, of times the largest.
    """

    key: str
    first: Address
    second: Address
    goal: float | None = None
    unit: str = RATE


@dataclass(frozen=True)
class Comparison:
    """The rates of a pair, or its times, one of each a round, in the pair's unit."""

    pair: Pair
    first: tuple[float, ...]
    second: tuple[float, ...]

    @property
    def ratios(self) -> list[float]:
        """Of each round by itself: what else the machine does slows both of its halves."""
        return [ours / theirs for ours, theirs in zip(self.first, self.second, strict=True)]

    @property
    def ratio(self) -> float:
        """The median of the rounds' ratios."""
        return statistics.median(self.ratios)

    @property
    def is_met(self) -> bool | None:
        """Whether the goal is met; None without a goal."""
        if self.pair.goal is None:
            return None
        if self.pair.unit == RATE:
            return self.ratio >= self.pair.goal
        return self.ratio <= self.pair.goal


Load = Callable[[Address, float], float]


def load_address(address: Address, seconds: float) -> float:
    """Requests per second."""
    return requests_per_second(address.url, seconds, address.headers)


def compare(
    pairs: Sequence[Pair], rounds: int, seconds: float, load: Load = load_address
) -> list[Comparison]:
    """Every pair once a round, so each pair sees the whole run; the first round is a warm-up.

    In every other round the second address of a pair comes first.
    """
    rates: dict[str, list[tuple[float, float]]] = {pair.key: [] for pair in pairs}
    for number in range(rounds + 1):
        for pair in pairs:
            order = (pair.first, pair.second) if number % 2 else (pair.second, pair.first)
            seen = {each.name: load(each, seconds if number else 1.0) for each in order}
            if number:
                rates[pair.key].append((seen[pair.first.name], seen[pair.second.name]))
    return [Comparison(pair, *_columns(rates[pair.key])) for pair in pairs]


def _columns(rows: Sequence[tuple[float, float]]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    return tuple(first for first, _ in rows), tuple(second for _, second in rows)
