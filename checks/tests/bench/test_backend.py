"""The backend's speed: what is loaded in which order, and what becomes of the rates."""

import asyncio
import json
import subprocess
from pathlib import Path

import pytest

from checks.bench.backend import load, plot, pool
from checks.bench.backend.client import run
from checks.bench.backend.growth import Cost
from checks.bench.backend.pairs import Address, Comparison, Pair, compare
from checks.bench.backend.report import as_results, growth_table, pairs_table, write_results
from checks.bench.backend.template import serve_template
from checks.course.course import find_root
from checks.errors import CourseError

PAIR = Pair("cached-list", Address("ours", "http://x/a"), Address("theirs", "http://x/b"), 0.5)


def comparison(first: tuple[float, ...], second: tuple[float, ...]) -> Comparison:
    return Comparison(PAIR, first, second)


def test_both_halves_of_a_pair_are_loaded_in_turns_and_the_warm_up_is_left_out() -> None:
    asked: list[str] = []

    def rate(address: Address, seconds: float) -> float:
        asked.append(address.name)
        return float(len(asked))

    (seen,) = compare([PAIR], 2, 0.1, rate)

    assert asked == ["theirs", "ours", "ours", "theirs", "theirs", "ours"]
    assert (seen.first, seen.second) == ((3.0, 6.0), (4.0, 5.0))


def test_the_ratio_is_the_median_of_the_rounds_own_ratios() -> None:
    seen = comparison((100.0, 10.0, 30.0), (100.0, 40.0, 60.0))

    assert seen.ratio == 0.5
    assert seen.is_met is True


@pytest.mark.parametrize(("times", "is_met"), [((1.0, 3.0), True), ((3.0, 1.0), False)])
def test_of_rates_the_goal_is_the_least_ratio_and_of_times_the_largest(
    times: tuple[float, float], is_met: bool
) -> None:
    first, second = times
    pair = Pair("loop", Address("a save"), Address("a pytest"), 0.5, unit="s")

    timed = Comparison(pair, (first,), (second,))

    assert timed.is_met is is_met
    assert comparison((first,), (second,)).is_met is not is_met
    assert ("<= 0.5 met" in pairs_table([timed])) is is_met


@pytest.mark.parametrize(
    "said", ["Non-2xx or 3xx responses: 3", "Socket errors: connect 0, read 1"]
)
def test_a_load_with_a_failed_answer_is_no_measurement(
    monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    monkeypatch.setattr(load, "_run", lambda argv: f"Requests/sec: 900.5\n  {said}\n")

    with pytest.raises(CourseError, match=said):
        load.requests_per_second("http://x/a", 1)


def test_our_own_client_prints_what_wrk_prints_and_counts_refusals() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.readline():
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 2\r\n\r\nno")
        writer.close()
        await writer.wait_closed()

    async def ask() -> str:
        async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            return await run(f"http://127.0.0.1:{port}/a?b=c", 2, 0.0001, [])

    said = asyncio.run(ask())

    assert load.RATE.search(said)
    assert load.FAILURES.search(said)


def test_the_table_has_both_rates_the_ratio_and_the_goal() -> None:
    lines = pairs_table([comparison((100.0, 30.0, 20.0), (200.0, 100.0, 100.0))]).splitlines()

    assert lines[1].split() == [
        "ours",
        "req/s",
        "30",
        "20",
        "100",
        "0.30",
        "(0.20-0.50)",
        ">=",
        "0.5",
        "missed",
    ]
    assert lines[2].split() == ["against", "theirs", "req/s", "100", "100", "200"]


def test_growth_is_a_row_for_each_request_and_a_column_for_each_size() -> None:
    costs = [Cost(10_000, "GET /a", 2, 3.25), Cost(20_000, "GET /a", 2, 6.5)]

    head, row = growth_table(costs).splitlines()

    assert head.split()[-2:] == ["10,000", "20,000"]
    assert row.split() == ["GET", "/a", "2,", "3.2", "2,", "6.5"]


def test_the_results_are_written_where_git_ignores_them(tmp_path: Path) -> None:
    results = as_results([comparison((1.0,), (2.0,))], [])

    path = write_results(tmp_path, results)

    assert json.loads(path.read_text())["pairs"][0]["ratio"] == 0.5
    relative = str(path.relative_to(tmp_path))
    ignored = subprocess.run(["git", "check-ignore", "-q", relative], cwd=find_root(), check=False)
    assert ignored.returncode == 0


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_the_plot_says_every_ratio_in_words_too(lang: str) -> None:
    pairs = as_results([comparison((1.0,), (4.0,))], [])["pairs"]

    picture = plot.draw(pairs, lang)

    described = picture.partition("<desc")[2].partition("</desc>")[0]
    assert "0.25" in described
    assert plot.NAMES["cached-list"].in_(lang) in described
    assert "prefers-color-scheme: dark" in picture


def test_a_clone_of_the_template_without_its_packages_is_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(CourseError, match=r"\.venv/bin/python is missing; docs/en/speed\.md says"),
        serve_template(tmp_path, 1),
    ):
        pass


def test_a_load_without_one_answer_goes_on_for_longer_and_then_gives_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: "wrk")
    asked: list[str] = []

    def answer_none(argv: list[str]) -> str:
        asked.append(argv[3])
        return "Requests/sec:      0.00\n"

    monkeypatch.setattr(load, "_run", answer_none)

    with pytest.raises(CourseError, match="was not answered once in 16 s"):
        load.requests_per_second("http://x/a", 2)
    assert asked == ["-d2s", "-d4s", "-d8s", "-d16s"]


def test_the_naive_app_lets_every_request_in(tmp_path: Path) -> None:
    tree = pool.naive_copy(find_root(), "day7-deployment", tmp_path)

    code = (tree / "app/api/deps.py").read_text().splitlines()
    assert not [each for each in code if "max_concurrency=" in each and not each.startswith("#|")]
