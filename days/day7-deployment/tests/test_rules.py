"""The rules themselves: plain functions, no app, no database."""

from datetime import UTC, datetime, timedelta

import pytest

from app.core import errors
from app.models import Event, User, UserRole
from app.services.event_service import ensure_order
from app.services.policies import ensure_may_manage

NOON = datetime(2031, 5, 1, 12, tzinfo=UTC)


class TestOrder:
    def test_an_event_may_end_after_it_starts(self) -> None:
        ensure_order(NOON, NOON + timedelta(minutes=1))

    @pytest.mark.parametrize("minutes", [0, -1])
    def test_an_event_may_not_end_before_or_as_it_starts(self, minutes: int) -> None:
        with pytest.raises(errors.InvalidState):
            ensure_order(NOON, NOON + timedelta(minutes=minutes))


class TestManaging:
    @pytest.mark.parametrize(
        "user",
        [User(id=1, role=UserRole.PARTICIPANT), User(id=2, role=UserRole.ADMIN)],
        ids=["organizer", "admin"],
    )
    def test_the_organizer_and_an_admin_may(self, user: User) -> None:
        ensure_may_manage(user, Event(organizer_id=1))

    def test_another_organizer_may_not(self) -> None:
        with pytest.raises(errors.Forbidden):
            ensure_may_manage(User(id=2, role=UserRole.ORGANIZER), Event(organizer_id=1))
