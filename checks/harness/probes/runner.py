"""Run probes in the learner's tree and give their answers back as JSON.

This file runs on the learner's side of the border. What the learner's code prints goes to
standard error; only the answers go to the real standard output.
"""

import json
import os
import sys
import traceback
from contextlib import ExitStack
from pathlib import Path
from typing import Any


def main() -> None:
    """Read `{"prepare", "sources", "given"}` from standard input, execute them, write answers.

    Each source has an `answer`, as it is when the source ends, or the traceback of what it has
    raised; the next one begins whatever came of it.
    """
    asked = json.load(sys.stdin)
    out = os.dup(1)
    os.dup2(2, 1)
    sys.path.insert(0, str(Path.cwd()))
    with ExitStack() as life:
        prepared: dict[str, Any] = {"given": asked["given"], "life": life, "__name__": "probe"}
        run(asked["prepare"], prepared)
        answers, raised = {}, {}
        for name, source in asked["sources"].items():
            space = dict(prepared)
            try:
                run(source, space)
                answers[name] = json.dumps(space["answer"])
            except BaseException:  # noqa: BLE001 - whatever it is, the others are still to be asked
                raised[name] = traceback.format_exc()
        os.write(out, json.dumps({"answers": answers, "raised": raised}).encode())


def run(source: str, space: dict[str, Any]) -> None:
    exec(compile(source, "<probe>", "exec"), space)  # noqa: S102 - running it is what this is for


if __name__ == "__main__":
    main()
