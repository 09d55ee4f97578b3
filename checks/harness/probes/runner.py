"""Run probes in the learner's tree and write their answers as JSON.

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

    Each source has an `answer`, as it is when the source ends, or the traceback of its exception;
    the next source runs in either case.
    """
    request = json.load(sys.stdin)
    output = os.dup(1)
    os.dup2(2, 1)
    sys.path.insert(0, str(Path.cwd()))
    with ExitStack() as life:
        prepared: dict[str, Any] = {"given": request["given"], "life": life, "__name__": "probe"}
        run(request["prepare"], prepared)
        answers, raised = {}, {}
        for name, source in request["sources"].items():
            namespace = dict(prepared)
            try:
                run(source, namespace)
                answers[name] = json.dumps(namespace["answer"])
            except BaseException:  # noqa: BLE001 - whatever it is, the other sources still run
                raised[name] = traceback.format_exc()
        os.write(output, json.dumps({"answers": answers, "raised": raised}).encode())


def run(source: str, namespace: dict[str, Any]) -> None:
    exec(compile(source, "<probe>", "exec"), namespace)  # noqa: S102 - this is its purpose


if __name__ == "__main__":
    main()
