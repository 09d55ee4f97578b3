"""The worker: `celery -A app.celery_app worker`."""

from uuid import UUID

# region task 7.7
from app.core.config import get_settings
# endregion
from app.core.queue import COMPLETE_REPORT, create_celery
from app.db.session import create_database_engine, create_session_factory
from app.services.report_service import ReportMaker

celery_app = create_celery(get_settings())
# It connects on first use, and that is in a child: two processes must not share a connection.
# region task 7.4
sessions = create_session_factory(create_database_engine(get_settings().database_url))
# endregion


# region task 7.7
# endregion


@celery_app.task(name=COMPLETE_REPORT)  # type: ignore[untyped-decorator]  # Celery has no types
def complete_report(report_id: str) -> None:
    """An id and not the report: between sending and working, the row may change."""
    with sessions() as session:
        ReportMaker(session).complete(UUID(report_id))
