"""Submissions whose answers are an attack on the client."""

from checks.tests.support.hostile.submission import Hostile, answering, raw_server

PROTOCOL: dict[str, Hostile] = {
    "body without end": answering("await start()\nwhile True: await body(b'x' * 65536, True)"),
    "body that drips": answering(
        "import asyncio\nawait start()\n"
        "while True:\n    await body(b' ', True)\n    await asyncio.sleep(0.05)"
    ),
    "50000 headers": answering(
        "await start(200, *((b'x-%d' % n, b'x' * 100) for n in range(50000)))\nawait body(b'{}')"
    ),
    "header of 32 MiB": answering("await start(200, (b'x', b'x' * (32 << 20)))\nawait body(b'{}')"),
    "redirects without end": answering(
        "await start(307, (b'location', scope['raw_path']))\nawait body(b'')"
    ),
    "redirect to another host": answering(
        "await start(302, (b'location', b'http://169.254.169.254/latest'))\nawait body(b'')"
    ),
    "gzip bomb": answering(
        "import gzip\n"
        "bomb = gzip.compress(bytes(64 << 20))\n"
        "await start(200, (b'content-encoding', b'gzip'))\nawait body(bomb)"
    ),
    "length that is a lie": raw_server(
        "connection.sendall(b'HTTP/1.1 200 OK\\r\\ncontent-length: 999999999\\r\\n\\r\\n{}')"
    ),
    "status line that is none": raw_server("connection.sendall(b'HTTP/9.9 pass\\r\\n\\r\\n')"),
    "status 999": answering("await start(999)\nawait body(b'{}')"),
    "interim answers without end": raw_server(
        "while True: connection.sendall(b'HTTP/1.1 100 Continue\\r\\n\\r\\n')"
    ),
    "connection closed without a word": raw_server("pass"),
    "JSON of a million brackets": answering(
        "await start(200, (b'content-type', b'application/json'))\nawait body(b'[' * 1000000)"
    ),
    "number of a million digits": answering(
        "await start(200, (b'content-type', b'application/json'))\n"
        "await body(b'{\"double\": ' + b'9' * 1000000 + b'}')"
    ),
    "not a number": answering("await start()\nawait body(b'{\"double\": NaN}')"),
    "bytes of no encoding": answering(
        "await start(200, (b'content-type', b'application/json; charset=utf-7'))\n"
        "await body(b'\\xff\\xfe\\x00' * 1000)"
    ),
    "escape codes and a formula": Hostile(
        before="raise RuntimeError('\\x1b]0;owned\\x07\\x1b[2J=HYPERLINK(1)\\u202e</script>')\n"
    ),
    "beginnings of tokens without end": answering(
        "await start(200, (b'content-type', b'application/json'))\n"
        "await body(b'\"' + b'eyJ' * 1000000 + b'\"')"
    ),
    "beginnings of titles without end": answering(
        "await start(200, (b'content-type', b'text/html'))\n"
        "await body(b'<html>' + b'<title>' * 500000)"
    ),
    "gzip bomb in gzip": answering(
        "import gzip\n"
        "bomb = gzip.compress(gzip.compress(bytes(64 << 20)))\n"
        "await start(200, (b'content-encoding', b'gzip, gzip'))\nawait body(bomb)"
    ),
    "length of 5000 digits": raw_server(
        "connection.sendall(b'HTTP/1.1 200 OK\\r\\ncontent-length: ' + b'9' * 5000"
        " + b'\\r\\n\\r\\n{}')"
    ),
    "another protocol": raw_server(
        "connection.sendall(b'HTTP/1.1 101 Switching Protocols\\r\\nupgrade: x\\r\\n"
        "connection: upgrade\\r\\n\\r\\n{}')"
    ),
}
