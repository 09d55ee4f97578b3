"""Task B1: numbers of what Eventure is for, labels that cannot explode, alerts that can fire."""

import pytest
from checks.harness.artefacts.prometheus_text import samples

METRICS = "/metrics"
TOKEN = "token-of-the-scraper"
CREATED = "eventure_events_created_total"


@pytest.fixture
def app(server):
    return server.shared(METRICS_TOKEN=TOKEN)


class TestCounters:
    @pytest.mark.gate
    def test_the_counters_are_there_from_the_start(self, app):
        answer = app.get(METRICS, auth=TOKEN)

        case = f"GET {METRICS} with the METRICS_TOKEN"
        assert answer.status_code == 200, case
        assert CREATED in {sample.name for sample in samples(answer.text)}, f"{case} has {CREATED}"
