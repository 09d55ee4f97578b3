"""Users: /api/users."""

# region task 1.3
from fastapi import APIRouter

router = APIRouter(prefix="/users", tags=["users"])
# endregion
