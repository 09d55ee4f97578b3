"""What abuse of the bonus tasks costs: `python -m checks.bench.bonus_abuse`.

B1: a scanner asks for 10,000 addresses, and not one becomes a series. B3: 1,000 sockets, one of
which never reads; it is cut off, and the others have every message.
"""

import asyncio
import json
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from websockets.asyncio.client import ClientConnection, unix_connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from checks.course.course import find_root, load_course
from checks.errors import CourseError
from checks.harness.app.api import Api
from checks.harness.app.environment import AppEnvironment
from checks.harness.app.process import AppProcess
from checks.harness.artefacts.prometheus_text import samples
from checks.harness.fixtures.users import Factory, User, Users

ADDRESSES, SOCKETS, FILES = 10_000, 1_000, 4_096
# Messages until the one that does not read has to be cut off, and seconds for all of them.
MESSAGES, SECONDS = 600, 300.0
TOKEN = "token-of-the-scraper"
LONG_TITLE = "🎪" * 200


def scrape_after_a_scan(environment: AppEnvironment) -> tuple[int, int, float]:
    """More series than before, the bytes of a scrape, and a request's milliseconds."""
    with environment.extra_process({"METRICS_TOKEN": TOKEN}) as process:
        api = Api(process)
        shapes = ("/{}", "/api/v1/events/{}/", "/api/v1/{}", "/api/v1/events/{}")
        for shape in shapes:
            api.get(shape.format(ADDRESSES))
        api.get("/metrics", auth=TOKEN)
        before = len(samples(api.get("/metrics", auth=TOKEN).text))
        start = time.perf_counter()
        for number in range(ADDRESSES):
            api.get(shapes[number % len(shapes)].format(1_000_000 + number))
        seconds = time.perf_counter() - start
        text = api.get("/metrics", auth=TOKEN).text
        api.close()
    return len(samples(text)) - before, len(text), 1000 * seconds / ADDRESSES


class Crowd:
    """1,000 sockets of one process, all of one user."""

    def __init__(self, process: AppProcess, api: Api, user: User, event: int) -> None:
        self.process, self.api, self.user, self.event = process, api, user, event
        self.received = [0] * (SOCKETS - 1)

    async def run(self) -> tuple[float, int, int]:
        """Seconds to open all, messages until the slow one was cut, kilobytes for each socket."""
        empty, start = memory(self.process), time.perf_counter()
        slow = await self._connect(max_queue=1)
        readers = [await self._connect() for _ in range(SOCKETS - 1)]
        opened, full = time.perf_counter() - start, memory(self.process)
        tasks = [asyncio.create_task(self._read(n, each)) for n, each in enumerate(readers)]
        sent = 0
        while sent < MESSAGES and not await asyncio.to_thread(self._is_one_free):
            await asyncio.to_thread(self._change, 25)
            sent += 25
            await self._until_all_have(sent)
        slow.transport.abort()
        for task in tasks:
            task.cancel()
        return opened, sent, (full - empty) // SOCKETS

    async def _connect(self, **options: int) -> ClientConnection:
        ticket = (await asyncio.to_thread(self._ticket))["ticket"]
        uri = f"ws://localhost/ws?ticket={ticket}"
        socket = await unix_connect(
            str(self.process.socket), uri, compression=None, ping_interval=None, **options
        )
        await socket.recv()
        return socket

    def _ticket(self) -> dict[str, str]:
        ticket: dict[str, str] = self.api.post("/api/v1/ws-tickets", auth=self.user).json()
        return ticket

    def _is_one_free(self) -> bool:
        """Whether another socket of the user is let in: one of the thousand has been cut off."""

        async def try_one() -> bool:
            with suppress(InvalidHandshake, ConnectionClosed):
                socket = await self._connect()
                await socket.close()
                return True
            return False

        return asyncio.run(try_one())

    def _change(self, times: int) -> None:
        for _ in range(times):
            path = f"/api/v1/events/{self.event}"
            self.api.patch(path, json={"title": LONG_TITLE}, auth=self.user, timeout=SECONDS)

    async def _read(self, number: int, socket: ClientConnection) -> None:
        async for message in socket:
            self.received[number] += json.loads(message)["type"] == "event.updated"

    async def _until_all_have(self, sent: int) -> None:
        deadline = time.monotonic() + SECONDS
        while min(self.received) < sent:
            if time.monotonic() > deadline:
                raise CourseError(
                    f"after {SECONDS:g} s a socket has {min(self.received)} of {sent}"
                )
            await asyncio.sleep(0.05)


def memory(process: AppProcess) -> int:
    """The resident kilobytes of the app."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0])


@contextmanager
def many_files() -> Iterator[None]:
    """In the block this process and its children may open a few thousand files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(FILES, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def crowd(environment: AppEnvironment) -> tuple[float, int, int]:
    """As `Crowd.run`, on an app of its own."""
    extra = {"WS_MAX_PER_USER": str(SOCKETS), "WS_QUEUE_SIZE": "100", "WS_PING_SECONDS": "60"}
    with many_files(), environment.extra_process(extra) as process:
        api = Api(process)
        user = Users(api, environment.database_client).organizer("crowd")
        event = Factory(api).event(user)["id"]
        result = asyncio.run(Crowd(process, api, user, event).run())
        api.close()
    return result


def main() -> int:
    """Print what both cost; 1 when a series was made, or nobody was cut off."""
    course = load_course(find_root(), tree="solutions")
    folder = course.root / "solutions" / course.days[-1].folder
    environment = AppEnvironment(folder, contained=False)
    try:
        series, size, milliseconds = scrape_after_a_scan(environment)
        print(f"B1: {ADDRESSES} addresses, {milliseconds:.1f} ms each: {series} more series,")
        print(f"    a scrape of {size / 1000:.0f} kB")
        opened, sent, kilobytes = crowd(environment)
    finally:
        environment.close()
    print(f"B3: {SOCKETS} sockets open after {opened:.0f} s, {kilobytes} kB each;")
    print(f"    the one that does not read was cut off after {sent} messages at most")
    return 0 if series == 0 and sent < MESSAGES else 1


if __name__ == "__main__":
    sys.exit(main())
