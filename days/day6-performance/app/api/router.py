"""Everything below /api: which version has which routes."""

from fastapi import APIRouter

# region task 6.5
from app.api import auth, events, participants, tasks, users
# endregion
from app.api.openapi import refusals
from app.api.v2 import events as events_v2
from app.api.v2 import users as users_v2

v1 = APIRouter()
v1.include_router(auth.router)
v1.include_router(users.router)
v1.include_router(events.router)
v1.include_router(participants.router)
v1.include_router(tasks.router)
# region task 6.5
# endregion


@v1.get(
    "",
    tags=["about"],
    summary="Find your way",
    openapi_extra={"security": []},
)
def read_root() -> dict[str, str]:
    """That the app is there, and where to read on."""
    return {"name": "Eventure", "docs": "/docs"}


v2 = APIRouter()
v2.include_router(events_v2.router, responses=refusals(422))
v2.include_router(users_v2.router)
# Nothing about logging in has changed. The same router means the same limit, and one budget.
v2.include_router(auth.router)

router = APIRouter()
router.include_router(v1, prefix="/api/v1")
# The same routes once more, not a redirect: many clients drop the body of a POST on their way.
router.include_router(v1, prefix="/api", include_in_schema=False)
router.include_router(v2, prefix="/api/v2")
