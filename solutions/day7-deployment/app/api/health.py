# region task 7.5
"""Two questions of whoever runs the app: is the process alive, and may it have requests?"""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from app.services.health_service import DOWN, OK, Health

# No documentation: they are for the machines that run the app, not for its users.
router = APIRouter(include_in_schema=False)


async def get_health(request: Request) -> Health:
    """The app's one Health. `async`, or it would take a thread."""
    health: Health = request.app.state.health
    return health


# `async def`, and nothing in it blocks: both answer when all threads of the handlers are taken.
@router.get("/health/live")
async def read_liveness() -> dict[str, str]:
    """200 as long as the loop turns. Who fails this is killed, so no dependency is asked here."""
    return {"status": OK}


@router.get("/health")
@router.get("/health/ready")
async def read_readiness(
    response: Response, health: Annotated[Health, Depends(get_health)]
) -> dict[str, object]:
    """200 or, while something is missing, 503: no requests, please, but do not kill me."""
    checks = await health.checks()
    status = OK if set(checks.values()) == {OK} else DOWN
    response.status_code = 200 if status == OK else 503
    response.headers["Cache-Control"] = "no-store"
    return {"status": status, "checks": checks}


# endregion
