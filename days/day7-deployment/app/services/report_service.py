"""Reports: asked for in a request, made by a worker."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app import crud

# region task B1
from app.core import errors
# endregion
from app.core.queue import COMPLETE_REPORT, Queue
from app.models import Report, ReportState, User
from app.schemas.report import ReportResult
from app.services.event_service import EventService
from app.services.policies import ensure_may_manage


class ReportService:
    """What somebody may ask for. Each method that writes is one transaction."""

    def __init__(self, session: Session, queue: Queue) -> None:
        self.session = session
        self.queue = queue
        self.events = EventService(session)

    def request_report(self, user: User, event_id: int) -> Report:
        """NotFound; Forbidden; Unavailable, and no report, if nobody could be told to make it."""
        event = self.events.get_event(event_id)
        ensure_may_manage(user, event)
        report = crud.report.create(self.session, event.id, user.id)
        # First the row: a worker is quicker than a commit, and would find nothing.
        self.session.commit()
        try:
            self.queue.send(COMPLETE_REPORT, str(report.id))
        except errors.Unavailable:
            crud.report.delete(self.session, report)
            self.session.commit()
            raise
        return report

    def get_report(self, user: User, report_id: UUID) -> Report:
        """For who asked for it and who manages its event. NotFound; Forbidden."""
        report = crud.report.get(self.session, report_id)
        if report is None:
            raise errors.NotFound("Report not found")
        if user.id != report.requested_by:
            ensure_may_manage(user, self.events.get_event(report.event_id))
        return report


class ReportMaker:
    """What the worker does."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.events = EventService(session)

    def complete(self, report_id: UUID) -> None:
        """Once, however often the message comes: what is finished stays as it is.

        Whatever goes wrong is raised again, for the worker's log, and the report has failed.
        """
        event_id = crud.report.start(self.session, report_id)
        self.session.commit()
        if event_id is None:
            return
        try:
            result = self._collect(event_id).model_dump(mode="json")
        except Exception:
            self.session.rollback()
            self._finish(report_id, ReportState.FAILED, None)
            raise
        self._finish(report_id, ReportState.DONE, result)

    def _collect(self, event_id: int) -> ReportResult:
        statistics = self.events.statistics(event_id)
        return ReportResult(
            **statistics.model_dump(),
            participant_count=crud.participant.count(self.session, event_id),
        )

    def _finish(
        self, report_id: UUID, state: ReportState, result: dict[str, object] | None
    ) -> None:
        # region task B1
        crud.report.finish(self.session, report_id, state, result, datetime.now(UTC))
        self.session.commit()
        # endregion
