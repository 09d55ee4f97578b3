"""Users in v2: /api/v2/users."""

from fastapi import APIRouter

from app.api.deps import CurrentAdmin, UserServiceDep
from app.api.openapi import refusals
from app.api.pagination import PageDep
from app.schemas.page import Page
from app.schemas.user import UserRead

router = APIRouter(prefix="/users", tags=["users"])


@router.get("/", summary="A page of users", responses=refusals(401, 403, 422))
def list_users(_: CurrentAdmin, page: PageDep, users: UserServiceDep) -> Page[UserRead]:
    """All users, the oldest account first; for admins. In v1 this is `/users/all`."""
    return users.page_of_users(page.page, page.page_size)
