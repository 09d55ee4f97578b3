"""Everything below /api: which version has which routes."""

from fastapi import APIRouter

from app.api import auth, events, participants, tasks, users

# region task 5.3
# endregion
from app.api.v2 import events as events_v2

# region task 5.4
# endregion
v1 = APIRouter()
v1.include_router(auth.router)
v1.include_router(users.router)
v1.include_router(events.router)
v1.include_router(participants.router)
v1.include_router(tasks.router)


@v1.get(
    "",
    # region task 5.3
    # endregion
)
def read_root() -> dict[str, str]:
    """That the app is there, and where to read on."""
    return {"name": "Eventure", "docs": "/docs"}


v2 = APIRouter()
# region task 5.3
v2.include_router(events_v2.router)
# endregion
# region task 5.4
# endregion

router = APIRouter()
# region task 5.4
router.include_router(v1, prefix="/api")
# endregion
router.include_router(v2, prefix="/api/v2")
