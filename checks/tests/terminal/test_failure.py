"""A failure on one screen: expected and got first, and what matters least is cut first."""

from io import StringIO

import pytest
from rich.console import Console

from checks.results.model import Cause, Exchange, TestResult, Verdict
from checks.terminal.failure import FailureView, folded_statements, render_failure, view_for

BODY = '{"detail": "' + "word " * 400 + '"}'
EXCHANGE = Exchange(
    "GET", "/api/events/", BODY[:600], 500, BODY[:600],
    headers=(("Authorization", "Bearer eyJ…"),),
    answer_headers=(("Retry-After", "60"), ("X-Frame-Options", "DENY")),
    whole_request=BODY, whole_response=BODY,
)  # fmt: skip
LARGE = Cause(
    "GET /api/events/ the second time, as a superuser\nassert 500 == 200\n  " + "detail " * 200,
    EXCHANGE,
    tuple(f"SELECT events.id FROM events WHERE id = {n} AND " + "x " * 300 for n in range(30)),
    "app/crud/event.py:21 in get_many: KeyError: 'x'",
    "\n".join(f"log {n}" for n in range(25)),
    "200",
    "500",
    ("  20 │ a", "> 21 │ b", "  22 │ c"),
    tuple(f"printed {n}" for n in range(12)),
)


def lines_of(cause: Cause, view: FailureView, width: int = 80) -> list[str]:
    console = Console(width=width, file=StringIO(), color_system=None)
    console.print(
        render_failure(TestResult("1.2", "TestX::test_y", Verdict.FAIL, cause=cause), view)
    )
    assert isinstance(console.file, StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


class TestOneScreen:
    @pytest.mark.parametrize(("width", "height"), [(80, 24), (60, 24), (120, 40), (80, 30)])
    def test_a_large_failure_leaves_the_advice_its_room(self, width: int, height: int) -> None:
        lines = lines_of(LARGE, view_for("en", height), width)

        assert len(lines) <= height - 8
        assert max(map(len, lines)) <= width

    def test_on_a_terminal_of_15_lines_the_evidence_is_cut_to_its_least(self) -> None:
        cause = Cause("GET /api/events/ " + "word " * 40, EXCHANGE, expected="200", got="500")

        lines = lines_of(cause, view_for("en", 15), 40)

        assert len(lines) == 8

    def test_expected_and_got_come_first_then_what_was_asked(self) -> None:
        lines = lines_of(LARGE, view_for("en", 24))

        assert [line.split() for line in lines[:3]] == [
            ["test_y"], ["expected", "200"], ["got", "500"]
        ]  # fmt: skip
        assert lines[3].split()[:3] == ["asked", "GET", "/api/events/"]

    def test_where_statements_are_counted_the_sql_is_shown_before_the_body(self) -> None:
        asked = "GET /api/events/: as many statements for 30 events as for 3"
        sql = tuple(f"SELECT {column} FROM events WHERE " + "x " * 300 for column in "abcd")
        counted = Cause(asked, EXCHANGE, sql, expected="11", got="92")

        text = "\n".join(lines_of(counted, view_for("en", 24)))

        assert [text.count(f"SQL SELECT {column}") for column in "abcd"] == [1, 1, 1, 1]

    def test_the_learner_s_line_stands_between_its_neighbours(self) -> None:
        lines = lines_of(LARGE, view_for("en", 24))

        place = next(n for n, line in enumerate(lines) if "app/crud/event.py:21" in line)
        assert [line.split("│")[1].strip() for line in lines[place + 1 : place + 4]] == list("abc")

    def test_headers_that_matter_are_in_the_exchange(self) -> None:
        text = "\n".join(lines_of(LARGE, view_for("en", 24)))

        assert "→ GET /api/events/ [Authorization: Bearer eyJ…]" in text
        assert "[Retry-After: 60]" in text
        assert "X-Frame-Options" not in text

    @pytest.mark.parametrize(
        ("asked", "shown"),
        [
            ("GET /x sends ETag", True),
            ("GET /x sends `etag: ...`", True),
            ("GET /x sends no etags", False),
            ("GET /x: 200\nassert {'etag': 1} == {}", False),
        ],
    )
    def test_another_header_is_shown_when_it_is_asked_for(self, asked: str, shown: bool) -> None:
        exchange = Exchange("GET", "/x", "", 200, "", answer_headers=(("ETag", "one"),))

        lines = lines_of(Cause(asked, exchange), view_for("en", 24))

        assert ("[ETag: one]" in "\n".join(lines)) is shown

    def test_what_the_code_printed_is_shown(self) -> None:
        assert "your code printed" in "\n".join(lines_of(LARGE, view_for("en", 24)))

    def test_in_russian_the_labels_are_russian(self) -> None:
        text = "\n".join(lines_of(LARGE, view_for("ru", 24)))

        assert all(word in text for word in ("ожидалось 200", "получено  500", "условие"))


class TestAll:
    def test_verbose_cuts_nothing(self) -> None:
        text = "\n".join(lines_of(LARGE, view_for("en", 24, verbose=True), 4000))

        assert BODY in text
        assert "log 0" in text
        assert "X-Frame-Options: DENY" in text
        assert text.count("SQL SELECT") == 30
        assert "detail detail" in text


class TestFinding:
    def test_without_two_values_the_sentence_is_the_finding(self) -> None:
        lines = lines_of(Cause("app/x.toml: fill in app.api"), view_for("en", 24))

        assert lines == ["  test_y", "  app/x.toml: fill in app.api"]

    def test_a_value_that_was_not_there_is_what_was_got(self) -> None:
        lines = lines_of(Cause("GET /api has tags\nassert None", got="None"), view_for("en", 24))

        assert [line.split() for line in lines[1:]] == [
            ["got", "None"], ["asked", "GET", "/api", "has", "tags"]
        ]  # fmt: skip


class TestStatements:
    def test_a_statement_that_repeats_is_folded_whatever_its_parameters(self) -> None:
        statements = [f"SELECT x FROM y WHERE id = $1 -- $1 = '{n}'" for n in range(12)]

        assert folded_statements(statements) == ["×12 SELECT x FROM y WHERE id = $1 -- $1 = '0'"]

    def test_what_differs_stays(self) -> None:
        assert folded_statements(["SELECT 1", "SELECT 2", "ROLLBACK"]) == ["SELECT 1", "SELECT 2"]


class TestPromise:
    CAUSE = Cause("configure_mappers() finds every property", expected="''", got="an error")
    SENTENCE = "2. `configure_mappers()` находит каждое свойство."

    def view(self, lang: str, *, verbose: bool = False) -> FailureView:
        return view_for(lang, 24, lambda task, test: self.SENTENCE, verbose=verbose)

    def test_in_russian_the_promise_stands_for_the_test_s_english_words(self) -> None:
        text = "\n".join(lines_of(self.CAUSE, self.view("ru")))

        assert f"обещание  {self.SENTENCE}" in text
        assert "every property" not in text

    def test_with_v_the_test_s_own_words_are_added(self) -> None:
        assert "every property" in "\n".join(lines_of(self.CAUSE, self.view("ru", verbose=True)))

    def test_words_that_alone_name_the_finding_stay(self) -> None:
        alone = Cause("migrations/env.py: no table is made")

        text = "\n".join(lines_of(alone, self.view("ru")))

        assert self.SENTENCE in text
        assert "no table is made" in text

    def test_in_english_the_number_of_the_promise_stands_beside_the_name(self) -> None:
        lines = lines_of(self.CAUSE, self.view("en"))

        assert lines[0].split() == ["test_y", "promise", "2"]
        assert "находит" not in "\n".join(lines)

    def test_an_app_that_does_not_start_breaks_no_promise_of_its_own(self) -> None:
        console = Console(width=80, file=StringIO(), color_system=None)
        test = TestResult("1.2", "TestX::test_y", Verdict.ERROR, cause=Cause("KeyError: 'x'"))

        console.print(render_failure(test, self.view("ru")))

        assert isinstance(console.file, StringIO)
        assert "обещание" not in console.file.getvalue()
