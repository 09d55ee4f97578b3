"""The application: `uvicorn app.main:app`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from app.api.alias import DeprecatedAlias
from app.api.errors import add_error_handlers
from app.api.openapi import DESCRIPTION, SERVERS, TAGS, operation_id
from app.api.router import router

# region task 6.3
from app.core.cache import create_cache

# endregion
from app.core.config import Settings, get_settings

# region task 6.4
from app.core.mail import Mailer

# endregion
# region task 6.5
from app.core.queue import Queue

# endregion
from app.core.rate_limit import create_login_limiter
from app.db.session import create_database_engine, create_session_factory

# region task 6.3
from app.services.freshness import forget_on_commit

# endregion


def create_app(settings: Settings) -> FastAPI:
    """An app of its own, with its own engine: two of them share nothing."""
    engine = create_database_engine(settings.database_url)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
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
    )
    app.state.settings = settings
    app.state.sessions = create_session_factory(engine)
    app.state.login_limiter = create_login_limiter(settings)
    # region task 6.3
    app.state.cache = create_cache(settings)
    forget_on_commit(app.state.sessions, app.state.cache)
    # endregion
    # region task 6.4
    app.state.mailer = Mailer(settings)
    # endregion
    # region task 6.5
    app.state.queue = Queue(settings)
    # endregion
    app.include_router(router)
    app.add_middleware(DeprecatedAlias)
    add_error_handlers(app)
    return app


app = create_app(get_settings())
