"""The worker: `celery -A app.celery_app worker`."""

from uuid import UUID

# region task 7.7
#| from app.core.config import get_settings
from celery.signals import setup_logging

from app.core.config import get_settings
from app.core.logs import configure_logging

# endregion
from app.core.queue import COMPLETE_REPORT, create_celery
from app.db.session import create_database_engine, create_session_factory
from app.services.report_service import ReportMaker

celery_app = create_celery(get_settings())
# It connects on first use, and that is in a child: two processes must not share a connection.
# region task 7.4
#| sessions = create_session_factory(create_database_engine(get_settings().database_url))
sessions = create_session_factory(create_database_engine(get_settings()))
# endregion


# region task 7.7
@setup_logging.connect  # type: ignore[untyped-decorator]  # Celery has no types
def log_as_the_app_does(**_: object) -> None:
    """Who answers this signal sets up the logging; Celery then leaves it alone."""
    configure_logging(get_settings())


# endregion


@celery_app.task(name=COMPLETE_REPORT)  # type: ignore[untyped-decorator]  # Celery has no types
def complete_report(report_id: str) -> None:
    """An id and not the report: between sending and working, the row may change."""
    with sessions() as session:
        ReportMaker(session).complete(UUID(report_id))
