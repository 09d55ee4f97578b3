"""The Sentry double keeps what an SDK sends, and no more of what an app may send."""

import gzip

import pytest

from checks.harness.doubles.sentry import ENVELOPE_LIMIT, unpacked


@pytest.mark.parametrize(
    ("body", "size"),
    [
        (gzip.compress(b"an event", mtime=0), 8),
        (gzip.compress(bytes(ENVELOPE_LIMIT), mtime=0), ENVELOPE_LIMIT),
        (gzip.compress(bytes(64 << 20), mtime=0), ENVELOPE_LIMIT + 1),
        (gzip.compress(b"an event", mtime=0)[:5], 0),
        (b"no gzip", 0),
    ],
)
def test_a_packed_envelope_is_unpacked_up_to_the_limit(body: bytes, size: int) -> None:
    assert len(unpacked(body)) == size
