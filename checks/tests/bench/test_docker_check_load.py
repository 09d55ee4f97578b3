"""`make docker-check` under load: what each request is counted as, and what SIGTERM has to hold."""

from collections import Counter
from collections.abc import Callable
from threading import Event

import pytest

from checks.bench.docker_check.load import DROPPED, NOT_SENT, REFUSED, Load, Origin, outcome_of
from checks.bench.docker_check.restarts import REQUESTS, Balanced, drained


class Container(Origin):
    """A container whose answers are given: of `/health/ready`, and of a request."""

    def __init__(self, ready: Callable[[], int], request: Callable[[], int]) -> None:
        super().__init__("127.0.0.1", 0)
        object.__setattr__(self, "answers", {True: ready, False: request})

    def status(self, path: str) -> int:
        answers: dict[bool, Callable[[], int]] = vars(self)["answers"]
        return answers[path == "/health/ready"]()


def says(status: int) -> Callable[[], int]:
    return lambda: status


def refuses() -> int:
    raise ConnectionRefusedError


class TestBalanced:
    def test_a_request_is_refused_where_the_container_said_it_was_ready(self) -> None:
        assert outcome_of(Balanced(Container(says(200), refuses))) == REFUSED

    def test_a_container_that_is_gone_before_it_said_so_has_refused(self) -> None:
        assert outcome_of(Balanced(Container(refuses, says(404)))) == REFUSED

    def test_after_it_has_said_so_nothing_is_sent(self) -> None:
        balanced = Balanced(Container(says(503), refuses))

        assert [outcome_of(balanced), outcome_of(balanced)] == [NOT_SENT, NOT_SENT]

    def test_a_probe_on_its_way_meanwhile_is_no_request(self) -> None:
        ended = Event()

        def gone() -> int:
            ended.set()  # another client's probe has been answered with 503
            raise ConnectionResetError

        assert outcome_of(Balanced(Container(gone, refuses), ended)) == NOT_SENT

    def test_what_was_not_sent_is_not_counted(self) -> None:
        asked = Event()

        def nothing() -> None:
            asked.set()

        with Load(nothing, 0.01) as load:
            assert asked.wait(10)

        assert load.outcomes.counts == Counter()


class TestDrained:
    def test_all_served_holds(self) -> None:
        seen = drained(Counter({"404": REQUESTS}), "0", is_back=True)

        assert seen.held
        assert seen.text == f"{REQUESTS} served, 0 refused, 0 dropped, exit code 0"

    @pytest.mark.parametrize(
        ("outcome", "text"),
        [(REFUSED, "1 refused"), (DROPPED, "1 dropped"), ("500", "1 × 500")],
    )
    def test_one_request_that_is_not_served_does_not_hold(self, outcome: str, text: str) -> None:
        seen = drained(Counter({"404": REQUESTS, outcome: 1}), "0", is_back=True)

        assert seen.held is False
        assert text in seen.text

    @pytest.mark.parametrize(
        ("served", "status", "is_back"),
        [(REQUESTS - 1, "0", True), (REQUESTS, "137", True), (REQUESTS, "0", False)],
    )
    def test_too_few_requests_a_kill_or_no_restart_do_not_hold(
        self, served: int, status: str, is_back: bool
    ) -> None:
        assert drained(Counter({"404": served}), status, is_back=is_back).held is False
