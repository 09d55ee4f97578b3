"""Everything below /api."""

from fastapi import APIRouter

from app.api import auth, events, participants, tasks, users

router = APIRouter(prefix="/api")
router.include_router(auth.router)
router.include_router(users.router)
router.include_router(events.router)
router.include_router(participants.router)
router.include_router(tasks.router)


@router.get("")
def read_root() -> dict[str, str]:
    """That the app is there, and where to read on."""
    return {"name": "Eventure", "docs": "/docs"}
