# region task 7.7
"""One line for each thing that has happened: JSON for machines, or text for a person.

The standard library's logging, because everything here speaks it already: uvicorn, SQLAlchemy,
Celery and our own modules. One formatter on its root catches them all.
"""

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime

from app.core.config import Settings

# Of the request that is being answered; a handler's thread has a copy of it.
request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


class JsonFormatter(logging.Formatter):
    """`log.info("said", extra={"fields": {…}})` becomes one object; the fields stand in it.

    A line break in a value becomes `\\n`: whatever is logged, it cannot begin a line.
    """

    def format(self, record: logging.LogRecord) -> str:
        """One line, without its end."""
        line = {
            "ts": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": request_id.get(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def configure_logging(settings: Settings) -> None:
    """For the whole process; the last call wins."""
    handler = logging.StreamHandler(sys.stdout)
    text = logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    handler.setFormatter(JsonFormatter() if settings.log_format == "json" else text)
    logging.basicConfig(handlers=[handler], level=settings.log_level, force=True)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        theirs = logging.getLogger(name)
        theirs.handlers.clear()
        theirs.propagate = True
        theirs.setLevel(logging.NOTSET)  # uvicorn has set INFO, which would win over ours
    # It would write each path with its query; app/api/request_log.py knows what not to write.
    logging.getLogger("uvicorn.access").disabled = True


# endregion
