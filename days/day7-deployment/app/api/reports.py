"""Reports: /api/events/{event_id}/report and /api/reports."""

from uuid import UUID

from fastapi import APIRouter, Response

from app.api.deps import CurrentUser, ReportServiceDep
from app.api.openapi import refusals
from app.models import Report
from app.schemas.report import ReportAccepted, ReportRead
from app.schemas.types import Id

router = APIRouter(tags=["reports"])


@router.post(
    "/events/{event_id}/report",
    status_code=202,
    summary="Ask for a report",
    responses=refusals(401, 403, 404, 422, 503),
)
def request_report(
    event_id: Id, user: CurrentUser, reports: ReportServiceDep, response: Response
) -> ReportAccepted:
    """Have an event reported on; its organizer's right. The answer says where to look."""
    report = reports.request_report(user, event_id)
    status_url = f"/api/v1/reports/{report.id}"
    response.headers["Location"] = status_url
    return ReportAccepted(id=report.id, status_url=status_url)


@router.get(
    "/reports/{report_id}",
    response_model=ReportRead,
    summary="Read a report",
    responses=refusals(401, 403, 404, 422),
)
def read_report(report_id: UUID, user: CurrentUser, reports: ReportServiceDep) -> Report:
    """How far a report has come and, in the end, what it says."""
    return reports.get_report(user, report_id)
