# region task B1
"""What happens in Eventure, as numbers: not how the server is, but what it is for.

Without a label a counter is there from the start, with 0. One that appears with its first event
has no growth for Prometheus then: `increase()` never sees the step from nothing to 1.
"""

from prometheus_client import Counter

# It names the files of this process, before a counter is made; a worker imports nothing else of it.
from app.core import metrics  # noqa: F401

EVENTS_CREATED = Counter("eventure_events_created", "Events created")
PARTICIPANTS_JOINED = Counter("eventure_participants_joined", "People who joined an event")
# Counted by the worker: it is a process of its own, and has to have PROMETHEUS_MULTIPROC_DIR too.
REPORTS_MADE = Counter("eventure_reports_made", "Reports that a worker has finished")
# endregion
