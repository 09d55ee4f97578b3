"""What the app answered to a learner's tests: which difference counts, and what a file may hold."""

import json
from pathlib import Path

import pytest

from checks.harness.suites.exchange_record import app_answered_otherwise, read_exchanges
from checks.sandbox.learner_files import LearnerFolder

SOUND = {"t::a": [frozenset({"POST", "201", "token 1"}), frozenset({"GET", "200"})]}
ALSO_SOUND = {"t::a": [frozenset({"POST", "201", "token 2"}), frozenset({"GET", "200", "x"})]}


class TestDifference:
    @pytest.mark.parametrize(
        ("record", "differs"),
        [
            (SOUND, False),
            ({"t::a": [frozenset({"POST", "200", "token 3"})]}, True),
            ({"t::a": [frozenset({"POST", "201", "token 3"})]}, False),
            ({"t::a": []}, False),
            ({}, False),
            ({"t::b": [frozenset({"POST", "500"})]}, False),
            ({"t::a": [*SOUND["t::a"], frozenset({"DELETE"})]}, False),
        ],
        ids=["same", "status", "only a token", "no request", "nothing", "other test", "one more"],
    )
    def test_only_a_fact_of_all_sound_apps_counts(
        self, record: dict[str, list[frozenset[str]]], differs: bool
    ) -> None:
        assert app_answered_otherwise(record, [SOUND, ALSO_SOUND]) is differs


ASKED = {"t::a": [frozenset({">GET", "200"}), frozenset({">GET", "x"})]}


class TestConditions:
    @pytest.mark.parametrize(
        ("exchanges", "differs"),
        [
            ([{">GET", "500"}], True),
            ([{">GET app", "500"}], False),
            ([{">POST", "201"}, {">GET", "y"}], False),
            ([{">GET", "200"}, {">GET", "y"}], True),
        ],
        ids=["same", "another app", "after another request", "second answer"],
    )
    def test_an_answer_is_compared_under_the_same_conditions(
        self, exchanges: list[set[str]], differs: bool
    ) -> None:
        record = {"t::a": [frozenset(facts) for facts in exchanges]}

        assert app_answered_otherwise(record, [ASKED, ASKED]) is differs


class TestReading:
    def test_a_record_is_read(self, tmp_path: Path) -> None:
        (tmp_path / "x.json").write_text(json.dumps({"t::a": [["GET", "200"], []]}))

        record = read_exchanges(LearnerFolder(tmp_path), "x.json")

        assert record == {"t::a": [frozenset({"GET", "200"}), frozenset()]}

    @pytest.mark.parametrize(
        "text", ["", "[]", '{"t": 1}', '{"t": [1]}', "[" * 100_000, "\ud800", "null"]
    )
    def test_an_odd_one_is_empty(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "x.json").write_bytes(text.encode(errors="surrogatepass"))

        assert read_exchanges(LearnerFolder(tmp_path), "x.json") == {}

    def test_a_link_is_not_followed(self, tmp_path: Path) -> None:
        (tmp_path / "real.json").write_text('{"t::a": []}')
        (tmp_path / "x.json").symlink_to(tmp_path / "real.json")

        assert read_exchanges(LearnerFolder(tmp_path), "x.json") == {}
