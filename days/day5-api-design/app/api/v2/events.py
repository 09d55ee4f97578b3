"""Events in v2: /api/v2/events."""

# region task 5.2
from fastapi import APIRouter

# endregion
# region task 5.4
# endregion
# region task 5.2
# endregion
# region task 5.4
# endregion
# region task 5.2
# endregion
# region task 5.4
# endregion
router = APIRouter(prefix="/events", tags=["events"])


# region task 5.2
# endregion
# region task 5.4
# endregion
