"""A relay holds one command, or its answer; other connections go on."""

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from checks.harness.doubles.command_hold import CommandHold, look_back_holds
from checks.harness.doubles.relay import Relay


class Exchange:
    """Two clients of a server that answers OK; `commands` is what has reached the server."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        self.commands: list[bytes] = []
        self._ends: list[socket.socket] = []
        path = folder / "relay" / "socket"
        self.relay = stack.enter_context(Relay(path, self._connect))
        self.clients = [stack.enter_context(socket.socket(socket.AF_UNIX)) for _ in range(2)]
        self.pool = stack.enter_context(ThreadPoolExecutor(2))
        for client in self.clients:
            client.connect(str(path))
            client.settimeout(5)

    def _connect(self) -> socket.socket:
        near, far = socket.socketpair()
        threading.Thread(target=self._answer, args=(far,), daemon=True).start()
        return near

    def _answer(self, end: socket.socket) -> None:
        with end:
            while data := end.recv(1024):
                self.commands.append(data)
                end.sendall(b"OK")

    def ask(self, number: int, command: bytes) -> bytes:
        self.clients[number].sendall(command)
        return self.clients[number].recv(1024)

    def begin(self, number: int, command: bytes) -> "Future[bytes]":
        return self.pool.submit(self.ask, number, command)


@pytest.fixture
def exchange(tmp_path: Path) -> Iterator[Exchange]:
    with ExitStack() as stack:
        yield Exchange(stack, tmp_path)


@pytest.mark.parametrize(("is_answer", "arrived"), [(False, [b"GET"]), (True, [b"XRANGE", b"GET"])])
def test_a_command_or_its_answer_waits_and_another_client_goes_on(
    exchange: Exchange, is_answer: bool, arrived: list[bytes]
) -> None:
    hold = CommandHold(b"RANGE", is_answer=is_answer)

    with exchange.relay.held(hold):
        call = exchange.begin(0, b"XRANGE")
        hold.wait([call])
        other = exchange.ask(1, b"GET")
        is_held = not call.done()

    assert (other, is_held, call.result()) == (b"OK", True, b"OK")
    assert exchange.commands[: len(arrived)] == arrived


def test_only_the_command_of_the_number_waits(exchange: Exchange) -> None:
    hold = CommandHold(b"RANGE", 2)

    with exchange.relay.held(hold):
        first = exchange.ask(0, b"XRANGE")
        call = exchange.begin(0, b"xrange")
        hold.wait([call])
        held = hold.holding

    assert (first, held, call.result()) == (b"OK", 1, b"OK")


def test_a_call_that_sends_no_such_command_is_not_waited_for(exchange: Exchange) -> None:
    hold = CommandHold(b"RANGE")

    with exchange.relay.held(hold):
        call = exchange.begin(0, b"GET")
        hold.wait([call])
        later = exchange.ask(1, b"XRANGE")

    assert (call.result(), later, hold.holding) == (b"OK", b"OK", 0)


def test_after_the_block_nothing_waits(exchange: Exchange) -> None:
    with exchange.relay.held(CommandHold(b"RANGE", None)):
        pass

    assert exchange.ask(0, b"XRANGE") == b"OK"


def test_a_command_that_waits_for_news_is_neither_counted_nor_held(exchange: Exchange) -> None:
    hold = CommandHold(b"", but=(b"BLOCK",))

    with exchange.relay.held(hold):
        passed = exchange.ask(0, b"XREAD block 0")
        call = exchange.begin(0, b"XLEN")
        hold.wait([call])
        held = hold.holding

    assert (passed, held, call.result()) == (b"OK", 1, b"OK")


def test_a_look_back_is_held_before_and_after_each_command() -> None:
    assert len(look_back_holds()) == 12
