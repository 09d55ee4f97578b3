"""What the learner's code has printed in tests that pass, out of what a run wrote down."""

import json
from collections.abc import Iterable
from pathlib import Path

START = '{"printed": '
"""How such a line begins."""
MAX_LINES = 12


def printed_in_passing(files: Iterable[Path]) -> tuple[str, ...]:
    """The last lines that were printed, each once; `files` are those of the run's processes."""
    said = [
        line
        for file in files
        if file.exists()
        for record in file.read_text().splitlines()
        if record.startswith(START) and record.endswith("}")  # none that a crash cut off
        for line in json.loads(record)["printed"]
    ]
    return tuple(dict.fromkeys(said))[-MAX_LINES:]
