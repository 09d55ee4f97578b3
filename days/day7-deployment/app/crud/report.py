"""Queries about reports."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import Report, ReportState


def get(session: Session, report_id: UUID) -> Report | None:
    """None if there is none."""
    return session.get(Report, report_id)


def create(session: Session, event_id: int, requested_by: int) -> Report:
    """The new row, pending."""
    report = Report(event_id=event_id, requested_by=requested_by)
    session.add(report)
    session.flush()
    return report


def delete(session: Session, report: Report) -> None:
    """As if nobody had asked."""
    session.delete(report)
    session.flush()


def start(session: Session, report_id: UUID) -> int | None:
    """The event to report on; None if the report is finished, or gone.

    A report that is running may be started again: whoever ran it may have been killed.
    """
    query = (
        sa.update(Report)
        .where(Report.id == report_id, Report.state.in_([ReportState.PENDING, ReportState.RUNNING]))
        .values(state=ReportState.RUNNING)
        .returning(Report.event_id)
    )
    return session.scalar(query)


# region task B1
def finish(
    session: Session,
    report_id: UUID,
    state: ReportState,
    result: Mapping[str, object] | None,
    now: datetime,
) -> None:
    """Only of a report that runs: of two who made the same one, the second changes nothing."""
    session.execute(
        sa.update(Report)
        .where(Report.id == report_id, Report.state == ReportState.RUNNING)
        .values(state=state, result=result, finished_at=now)
    )
# endregion
