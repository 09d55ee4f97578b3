"""Users: /api/users."""

from fastapi import APIRouter

from app.api.deps import CurrentAdmin, CurrentUser, UserServiceDep
from app.api.openapi import refusals
from app.api.pagination import PaginationDep
from app.models import User
from app.schemas.types import Id
from app.schemas.user import RoleUpdate, UserRead

router = APIRouter(prefix="/users", tags=["users"])


# Before /{user_id}, which would take "all" for an id.
@router.get(
    "/all",
    response_model=list[UserRead],
    summary="List users",
    responses=refusals(401, 403, 422),
)
def list_users(_: CurrentAdmin, page: PaginationDep, users: UserServiceDep) -> list[User]:
    """All users; for admins."""
    return users.list_users(page.skip, page.limit)


@router.get(
    "/{user_id}",
    response_model=UserRead,
    summary="Read a user",
    responses=refusals(401, 403, 404, 422),
)
def read_user(user_id: Id, user: CurrentUser, users: UserServiceDep) -> User:
    """Oneself, or anybody for an admin."""
    return users.get_user(user, user_id)


@router.patch(
    "/{user_id}/role",
    response_model=UserRead,
    summary="Change a role",
    responses=refusals(401, 403, 404, 409, 422),
)
def change_role(user_id: Id, data: RoleUpdate, admin: CurrentAdmin, users: UserServiceDep) -> User:
    """Say what an account may do; for admins."""
    return users.change_role(admin, user_id, data.role)
