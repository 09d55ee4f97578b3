"""What a server counts, in Prometheus' text format.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Sample:
    """One line: the value of one series, which is a name with its labels."""

    name: str
    labels: Mapping[str, str]
    value: float


def samples(text: str) -> list[Sample]:
    """Every sample, in order. Raises ValueError for a line that is none."""
    # Not above: prometheus_client reads PROMETHEUS_MULTIPROC_DIR when it is loaded, and an app that
    # is forked from a process with this module has another folder.
    from prometheus_client.parser import text_string_to_metric_families

    return [
        Sample(sample.name, sample.labels, sample.value)
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    ]


def total(series: list[Sample], name: str, label: str, status: str = "") -> float:
    """The sum over the series of this name of which a label has the value `label`.

    With `status` only those of which a label begins like it: "5" for 500 and 503.
    """
    return sum(
        sample.value
        for sample in series
        if sample.name == name
        and label in sample.labels.values()
        and any(value.startswith(status) for value in sample.labels.values())
    )
