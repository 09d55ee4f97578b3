"""The application: `uvicorn app.main:app`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

# region task 5.4
from app.api.alias import DeprecatedAlias

# endregion
from app.api.errors import add_error_handlers

# region task 5.3
from app.api.openapi import DESCRIPTION, SERVERS, TAGS, operation_id

# endregion
from app.api.router import router
from app.core.config import Settings, get_settings
from app.core.rate_limit import create_login_limiter
from app.db.session import create_database_engine, create_session_factory


def create_app(settings: Settings) -> FastAPI:
    """An app of its own, with its own engine: two of them share nothing."""
    engine = create_database_engine(settings.database_url)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        engine.dispose()

    app = FastAPI(
        # region task 5.3
        #| title="Eventure",
        #| version="0.1.0",
        title="Eventure API",
        summary="Events, the tasks that make them happen, and the people who do them",
        description=DESCRIPTION,
        version="1.0.0",
        contact={"name": "The Eventure team", "email": "team@example.org"},
        license_info={"name": "MIT", "identifier": "MIT"},
        servers=SERVERS,
        openapi_tags=TAGS,
        generate_unique_id_function=operation_id,
        # endregion
        lifespan=lifespan,
    )
    app.state.settings = settings
    app.state.sessions = create_session_factory(engine)
    app.state.login_limiter = create_login_limiter(settings)
    app.include_router(router)
    # region task 5.4
    app.add_middleware(DeprecatedAlias)
    # endregion
    add_error_handlers(app)
    return app


app = create_app(get_settings())
