# region task B3
"""Tickets, messages with a position, and sockets that end in good order; without a Redis."""

import asyncio
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from redis import ConnectionError as RedisIsAway
from sqlalchemy.orm import Session, sessionmaker
from starlette.websockets import WebSocketDisconnect

from app.api import live as live_api
from app.core import errors
from app.core.config import Settings
from app.core.hub import TRY_AGAIN_LATER, Hub
from app.core.live import SINCE, Lost, Message, Publisher, Stream
from app.core.tickets import Tickets
from app.main import create_app
from app.services.announcements import announce, publish_on_commit
from tests.live_stream import NOWHERE, MemoryRedis, redis, stream, tell

__all__ = ["redis", "stream"]  # fixtures

PAGE = "https://app.example"


class TestStream:
    def test_an_empty_one_has_a_position_from_which_nothing_is_missing(
        self, stream: Stream
    ) -> None:
        position = asyncio.run(stream.position())

        assert asyncio.run(stream.between(position, "+")) == []

    def test_a_position_reads_on(self, stream: Stream, redis: MemoryRedis) -> None:
        tell(redis, "a", "b")

        found = asyncio.run(stream.wait("1-0"))
        assert [(position, message["title"]) for position, message in found] == [("2-0", "b")]

    def test_what_was_thrown_away_is_known(self, stream: Stream, redis: MemoryRedis) -> None:
        begin = asyncio.run(stream.position())
        tell(redis, "a", "b", "c")
        del redis.entries[0]

        assert [p for p, _ in asyncio.run(stream.between("2-0", "+"))] == ["3-0"]
        for lost in ("1-0", begin):
            with pytest.raises(Lost):
                asyncio.run(stream.between(lost, "+"))

    @pytest.mark.parametrize("after", ["3-0", "999999999999999-0"])
    def test_a_redis_from_an_older_snapshot_does_not_know_the_position(
        self, stream: Stream, redis: MemoryRedis, after: str
    ) -> None:
        asyncio.run(stream.position())
        tell(redis, "a", "b")

        with pytest.raises(Lost):
            asyncio.run(stream.between(after, "+"))

    def test_a_redis_that_has_forgotten_all_is_no_history(self, stream: Stream) -> None:
        with pytest.raises(Lost):
            asyncio.run(stream.between("5-0", "+"))


class TestTickets:
    @pytest.mark.parametrize("url", [None, NOWHERE])
    def test_without_redis_there_are_none(self, url: str | None) -> None:
        tickets = Tickets(url, 30)

        with pytest.raises(errors.Unavailable):
            tickets.give(1)
        assert tickets.take("any") is None


class TestAnnouncements:
    @pytest.fixture
    def told(self) -> list[Message]:
        return []

    @pytest.fixture
    def sessions(
        self, told: list[Message], monkeypatch: pytest.MonkeyPatch
    ) -> sessionmaker[Session]:
        sessions = sessionmaker(sa.create_engine("sqlite://"))
        publisher = Publisher(None, 5)
        monkeypatch.setattr(publisher, "publish", told.append)
        publish_on_commit(sessions, publisher)
        return sessions

    def test_told_once_committed(
        self, sessions: sessionmaker[Session], told: list[Message]
    ) -> None:
        with sessions() as session:
            session.execute(sa.text("SELECT 1"))
            announce(session, "event.updated", event_id=1)
            assert told == []
            session.commit()

        assert told == [{"type": "event.updated", "event_id": 1}]

    def test_forgotten_when_rolled_back(
        self, sessions: sessionmaker[Session], told: list[Message]
    ) -> None:
        with sessions() as session:
            session.execute(sa.text("SELECT 1"))
            announce(session, "event.updated", event_id=1)
            session.rollback()
            session.execute(sa.text("SELECT 1"))
            session.commit()

        assert told == []

    def test_a_redis_that_is_away_is_a_line_in_the_log(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        Publisher(NOWHERE, 5).publish({"type": "event.updated"})

        assert "A message is lost" in caplog.text


class TestSocket:
    @pytest.fixture
    def client(self, stream: Stream, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
        """An app whose tickets are all good for user 1, but for the empty one."""
        changes = {"backend_cors_origins": [PAGE], "ws_max_per_user": 1, "ws_ping_seconds": 0.05}
        app = create_app(Settings().model_copy(update=changes))
        app.state.hub = Hub(stream, max_per_user=1, queue_size=10)
        monkeypatch.setattr(app.state.tickets, "take", lambda ticket: 1 if ticket else None)
        monkeypatch.setattr(live_api, "is_active", lambda *_: True)
        with TestClient(app) as client:
            yield client

    def test_it_greets_tells_and_pings(self, client: TestClient, redis: MemoryRedis) -> None:
        with client.websocket_connect("/ws?ticket=x", headers={"Origin": PAGE}) as socket:
            hello = socket.receive_json()
            tell(redis, "a")
            message = next(m for m in iter(socket.receive_json, None) if m["type"] != "ping")
            ping = socket.receive_json()

        assert (hello["type"], hello["missed"]) == ("hello", False)
        assert (message["title"], message["position"], ping["type"]) == ("a", "1-0", "ping")

    def test_who_comes_back_has_what_was_missed(
        self, client: TestClient, redis: MemoryRedis
    ) -> None:
        tell(redis, "a", "b")
        redis.values[SINCE] = "0-0"

        with client.websocket_connect("/ws?ticket=x&after=1-0") as socket:
            hello, message = socket.receive_json(), socket.receive_json()

        assert hello == {"type": "hello", "position": "1-0", "missed": False}
        assert message["title"] == "b"

    @pytest.mark.parametrize(
        ("path", "origin"), [("/ws", PAGE), ("/ws?ticket=x", "https://evil.example")]
    )
    def test_nobody_else_is_let_in(self, client: TestClient, path: str, origin: str) -> None:
        with (
            pytest.raises(WebSocketDisconnect),
            client.websocket_connect(path, headers={"Origin": origin}),
        ):
            pass

    def test_one_too_many_is_not_let_in(self, client: TestClient) -> None:
        with client.websocket_connect("/ws?ticket=x") as socket:
            socket.receive_json()
            second = client.websocket_connect("/ws?ticket=x")
            with pytest.raises(WebSocketDisconnect):
                second.__enter__()

    def test_without_redis_it_ends(
        self, client: TestClient, stream: Stream, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def fail() -> str:
            raise RedisIsAway("away")

        monkeypatch.setattr(stream, "position", fail)

        with (
            client.websocket_connect("/ws?ticket=x") as socket,
            pytest.raises(WebSocketDisconnect) as caught,
        ):
            socket.receive_json()
        assert caught.value.code == TRY_AGAIN_LATER


# endregion
