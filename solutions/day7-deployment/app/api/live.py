# region task B3
"""POST /ws-tickets, and /ws: what happens, told while it happens."""

import asyncio
import logging
from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response, WebSocket, WebSocketDisconnect
from fastapi.concurrency import run_in_threadpool
from redis import RedisError
from sqlalchemy.orm import Session, sessionmaker

from app import crud
from app.api.deps import CurrentUser
from app.api.openapi import refusals
from app.core.hub import GOING_AWAY, TRY_AGAIN_LATER, Hub, Listener
from app.core.live import Lost, Message, Stream, parse
from app.schemas.live import Ticket

log = logging.getLogger(__name__)
tickets_router = APIRouter(tags=["live"])
router = APIRouter()

# Ours, from the range that RFC 6455 leaves to applications. Before the handshake each is a 403.
# Seconds that a close frame may take.
PATIENCE = 1.0
UNKNOWN, FOREIGN, TOO_MANY = 4401, 4403, 4429
POSITION = Query(pattern=r"^\d{1,15}-\d{1,15}$")


@tickets_router.post(
    "/ws-tickets", status_code=201, summary="Get a ticket", responses=refusals(401, 503)
)
def give_ticket(user: CurrentUser, request: Request, response: Response) -> Ticket:
    """For one WebSocket, /ws?ticket=…, within half a minute."""
    response.headers["Cache-Control"] = "no-store"
    tickets = request.app.state.tickets
    return Ticket(ticket=tickets.give(user.id), expires_in=tickets.seconds)


@router.websocket("/ws")
async def listen(
    websocket: WebSocket, ticket: str = "", after: Annotated[str | None, POSITION] = None
) -> None:
    """Messages until the client leaves. No session stays open: an idle socket holds nothing."""
    state = websocket.app.state
    if not is_welcome(websocket.headers.get("origin"), state.settings.backend_cors_origins):
        await websocket.close(FOREIGN)
        return
    user_id = await run_in_threadpool(state.tickets.take, ticket)
    if user_id is None or not await run_in_threadpool(is_active, state.sessions, user_id):
        await websocket.close(UNKNOWN)
        return
    hub: Hub = state.hub
    listener = hub.join(user_id)
    if listener is None:
        await websocket.close(GOING_AWAY if hub.is_ending else TOO_MANY)
        return
    try:
        await websocket.accept()
        await serve(websocket, hub, listener, after)
    finally:
        hub.leave(listener)


def is_welcome(origin: str | None, allowed: Iterable[str]) -> bool:
    """CORS does not know WebSockets: a browser opens one from any page, and says which.

    Who sends no Origin is no browser, and no page has borrowed anybody's login.
    """
    return origin is None or origin in allowed


def is_active(sessions: sessionmaker[Session], user_id: int) -> bool:
    """A session of a moment."""
    with sessions() as session:
        user = crud.user.get(session, user_id)
        return user is not None and user.is_active


async def serve(websocket: WebSocket, hub: Hub, listener: Listener, after: str | None) -> None:
    """Until the client leaves or the hub ends it."""
    sender = asyncio.create_task(send_messages(websocket, hub, listener, after))
    receiver = asyncio.create_task(receive_until_the_end(websocket))
    try:
        await asyncio.wait((sender, receiver, listener.end), return_when=asyncio.FIRST_COMPLETED)
        sender.cancel()
        if listener.end.done():
            # Who does not read is not waited for: behind what was not read, no code arrives.
            await asyncio.wait_for(websocket.close(listener.end.result()), PATIENCE)
    except (TimeoutError, WebSocketDisconnect, RuntimeError):
        pass  # the client has left by itself
    finally:
        await end(sender, receiver)


async def end(*tasks: "asyncio.Task[None]") -> None:
    """No task outlives its socket; what it raises about a client that is gone interests nobody."""
    for task in tasks:
        task.cancel()
    done, _ = await asyncio.wait(tasks)
    for task in done:
        if not task.cancelled():
            task.exception()


async def send_messages(
    websocket: WebSocket, hub: Hub, listener: Listener, after: str | None
) -> None:
    """First where the client stands, then what it has missed, then what comes."""
    stream = hub.stream
    try:
        position = await stream.position()
        hub.read_from(position, listener)
        missed = await look_back(hub.stream, after, position)
    except RedisError as error:
        log.warning("A socket finds no messages: %s", error)
        listener.end_with(TRY_AGAIN_LATER)
        return
    start = position if after is None or missed is None else after
    await websocket.send_json({"type": "hello", "position": start, "missed": missed is None})
    for each, message in missed or ():
        await websocket.send_json(message | {"position": each})
    while True:
        await websocket.send_json(await next_message(websocket, listener, position))


async def look_back(
    stream: Stream, after: str | None, until: str
) -> list[tuple[str, Message]] | None:
    """What a client that comes back has missed; None where it is not kept any more."""
    try:
        return [] if after is None else await stream.between(after, until)
    except Lost:
        return None


async def next_message(websocket: WebSocket, listener: Listener, position: str) -> Message:
    """The next one behind the position; a ping where there is none for a while."""
    seconds = websocket.app.state.settings.ws_ping_seconds
    while True:
        try:
            each, message = await asyncio.wait_for(listener.queue.get(), seconds)
        except TimeoutError:
            return {"type": "ping"}
        if parse(each) > parse(position):
            return message | {"position": each}


async def receive_until_the_end(websocket: WebSocket) -> None:
    """A client has nothing to say; but only who receives sees that it has left."""
    while (await websocket.receive())["type"] != "websocket.disconnect":
        pass


# endregion
