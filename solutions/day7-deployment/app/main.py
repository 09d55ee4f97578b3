"""The application: `uvicorn app.main:app`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from app.api.alias import DeprecatedAlias

# region task 7.9
from app.api.draining import Draining

# endregion
from app.api.errors import add_error_handlers

# region task B2
from app.api.graphql.router import router as graphql_router
from app.api.graphql.schema import create_schema

# endregion
# region task 7.8
from app.api.headers import add_browser_headers

# endregion
# region task 7.5
from app.api.health import router as health_router

# endregion
# region task 7.4
from app.api.hosts import TrustedHosts

# endregion
# region task B3
from app.api.live import router as live_router

# endregion
# region task 7.10
from app.api.metrics import count_requests
from app.api.metrics import router as metrics_router

# endregion
from app.api.openapi import DESCRIPTION, SERVERS, TAGS, operation_id

# region task 7.7
from app.api.request_log import RequestLog, UnhandledErrors

# endregion
from app.api.router import router
from app.core.cache import create_cache
from app.core.config import Settings, get_settings

# region task 7.10
from app.core.error_reports import report_errors

# endregion
# region task B3
from app.core.hub import Hub
from app.core.live import Publisher, Stream

# endregion
# region task 7.7
from app.core.logs import configure_logging

# endregion
from app.core.mail import Mailer
from app.core.queue import Queue
from app.core.rate_limit import create_login_limiter

# region task 7.9
from app.core.shutdown import Shutdown

# endregion
# region task B3
from app.core.tickets import Tickets

# endregion
from app.db.session import create_database_engine, create_session_factory

# region task B3
from app.services.announcements import publish_on_commit

# endregion
from app.services.freshness import forget_on_commit

# region task 7.5
from app.services.health_service import Health

# endregion


def create_app(settings: Settings) -> FastAPI:
    """An app of its own, with its own engine: two of them share nothing."""
    # region task 7.7
    configure_logging(settings)
    # endregion
    # region task 7.4
    #| engine = create_database_engine(settings.database_url)
    engine = create_database_engine(settings)
    # endregion

    # region task 7.9
    shutdown = Shutdown(settings.drain_seconds, settings.graceful_timeout)
    # endregion

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        # region task 7.9
        shutdown.listen()
        # endregion
        # region task B3
        app.state.hub.end_at_sigterm()
        # endregion
        yield
        engine.dispose()

    app = FastAPI(
        title="Eventure API",
        summary="Events, the tasks that make them happen, and the people who do them",
        description=DESCRIPTION,
        version="1.0.0",
        contact={"name": "The Eventure team", "email": "team@example.org"},
        license_info={"name": "MIT", "identifier": "MIT"},
        servers=SERVERS,
        openapi_tags=TAGS,
        generate_unique_id_function=operation_id,
        lifespan=lifespan,
        # region task 7.4
        # Without the last one, /openapi.json goes on telling what /docs no longer shows.
        docs_url=None if settings.environment == "production" else "/docs",
        redoc_url=None if settings.environment == "production" else "/redoc",
        openapi_url=None if settings.environment == "production" else "/openapi.json",
        # endregion
    )
    app.state.settings = settings
    app.state.sessions = create_session_factory(engine)
    app.state.login_limiter = create_login_limiter(settings)
    app.state.cache = create_cache(settings)
    forget_on_commit(app.state.sessions, app.state.cache)
    app.state.mailer = Mailer(settings)
    app.state.queue = Queue(settings)
    # region task 7.10
    report_errors(settings)
    app.include_router(metrics_router)
    # endregion
    # region task B3
    # Without REDIS_URL there are no tickets, so nobody gets as far as the stream.
    stream = Stream(settings.redis_url or "redis://", settings.ws_history)
    app.state.hub = Hub(stream, settings.ws_max_per_user, settings.ws_queue_size)
    app.state.tickets = Tickets(settings.redis_url, settings.ws_ticket_seconds)
    publish_on_commit(app.state.sessions, Publisher(settings.redis_url, settings.ws_history))
    app.include_router(live_router)
    # endregion
    # region task 7.9
    app.add_middleware(Draining, shutdown=shutdown)
    # endregion
    # region task 7.10
    count_requests(app)
    # endregion
    app.include_router(router)
    # region task 7.5
    app.state.health = Health(settings)
    # Without a prefix and before any mount: a mount at / would answer in their place.
    app.include_router(health_router)
    # endregion
    # region task B2
    app.state.graphql = create_schema(is_public=settings.environment == "production")
    app.include_router(graphql_router)
    # endregion
    # Each is inside those that are added after it.
    # region task 7.7
    app.add_middleware(UnhandledErrors)
    # endregion
    app.add_middleware(DeprecatedAlias)
    # region task 7.4
    app.add_middleware(TrustedHosts, allowed=settings.allowed_hosts)
    # endregion
    # region task 7.8
    add_browser_headers(app, settings)
    # endregion
    # region task 7.7
    app.add_middleware(RequestLog)
    # endregion
    add_error_handlers(app)
    return app


app = create_app(get_settings())
