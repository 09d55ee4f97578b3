"""What asks where `wrk` is missing: `python -m checks.bench.backend.client -c16 -d2 URL`.

As many connections as it is told, for as many seconds, then it ends; it prints as wrk does. One
process on one CPU: it is slower than wrk, so it measures a fast address too low.
"""

import argparse
import asyncio
import time
from collections import Counter
from urllib.parse import urlsplit

ANSWER_SECONDS = 20.0
CRLF2 = b"\r\n\r\n"


async def ask_until(end: float, url: str, headers: list[str], statuses: Counter[int]) -> None:
    """One connection that asks once, and again until `end`, a time.monotonic()."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        while True:
            writer.write(request_for(url, headers))
            statuses[await asyncio.wait_for(read_answer(reader), ANSWER_SECONDS)] += 1
            if time.monotonic() >= end:
                return
    finally:
        writer.close()
        await writer.wait_closed()


async def ask_once(url: str) -> int:
    """The status of one request on a connection of its own. OSError when there is none."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        writer.write(request_for(url, []))
        return await read_answer(reader)
    finally:
        writer.close()
        await writer.wait_closed()


def request_for(url: str, headers: list[str]) -> bytes:
    """A GET as it goes over the wire; the connection stays open after it."""
    parts = urlsplit(url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    lines = [f"GET {target} HTTP/1.1", f"Host: {parts.netloc}", *headers]
    return "\r\n".join(lines).encode() + CRLF2


async def read_answer(reader: asyncio.StreamReader) -> int:
    """The status of one answer with a Content-Length; its body is read, and dropped."""
    head = (await reader.readuntil(CRLF2)).decode("latin-1")
    fields = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if line)
    await reader.readexactly(int(fields["content-length"]))
    return int(head.split(" ", 2)[1])


async def run(url: str, connections: int, seconds: float, headers: list[str]) -> str:
    """What is printed: a rate, and a line more where an answer was no success."""
    statuses: Counter[int] = Counter()
    started = time.monotonic()
    end = started + seconds
    await asyncio.gather(*(ask_until(end, url, headers, statuses) for _ in range(connections)))
    bad = sum(count for status, count in statuses.items() if not 200 <= status < 400)
    said = f"Requests/sec: {statuses.total() / (time.monotonic() - started):.2f}"
    return f"{said}\nNon-2xx or 3xx responses: {bad}" if bad else said


def main() -> None:
    """Read the command line, ask, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("-c", type=int, required=True)
    parser.add_argument("-d", type=float, required=True)
    parser.add_argument("-H", action="append", default=[])
    parser.add_argument("url")
    options = parser.parse_args()
    print(asyncio.run(run(options.url, options.c, options.d, options.H)))


if __name__ == "__main__":
    main()
