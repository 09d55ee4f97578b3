"""The application: `uvicorn app.main:app`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from app.api.alias import DeprecatedAlias

# region task 7.9
# endregion
from app.api.errors import add_error_handlers

# region task B2
# endregion
# region task 7.8
# endregion
# region task 7.5
# endregion
# region task 7.4
# endregion
# region task B3
# endregion
# region task 7.10
# endregion
from app.api.openapi import DESCRIPTION, SERVERS, TAGS, operation_id

# region task 7.7
# endregion
from app.api.router import router
from app.core.cache import create_cache
from app.core.config import Settings, get_settings

# region task 7.10
# endregion
# region task B3
# endregion
# region task 7.7
# endregion
from app.core.mail import Mailer
from app.core.queue import Queue
from app.core.rate_limit import create_login_limiter

# region task 7.9
# endregion
# region task B3
# endregion
from app.db.session import create_database_engine, create_session_factory

# region task B3
# endregion
from app.services.freshness import forget_on_commit

# region task 7.5
# endregion


def create_app(settings: Settings) -> FastAPI:
    """An app of its own, with its own engine: two of them share nothing."""
    # region task 7.7
    # endregion
    # region task 7.4
    engine = create_database_engine(settings.database_url)
    # endregion

    # region task 7.9
    # endregion

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        # region task 7.9
        # endregion
        # region task B3
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
    # endregion
    # region task B3
    # endregion
    # region task 7.9
    # endregion
    # region task 7.10
    # endregion
    app.include_router(router)
    # region task 7.5
    # endregion
    # region task B2
    # endregion
    # Each is inside those that are added after it.
    # region task 7.7
    # endregion
    app.add_middleware(DeprecatedAlias)
    # region task 7.4
    # endregion
    # region task 7.8
    # endregion
    # region task 7.7
    # endregion
    add_error_handlers(app)
    return app


app = create_app(get_settings())
