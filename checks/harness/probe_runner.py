"""Run a probe in the learner's tree and give its `answer` back as JSON.

This file runs on the learner's side of the border. What the learner's code prints goes to
standard error; only the answer goes to the real standard output.
"""

import json
import os
import sys
from pathlib import Path


def main() -> None:
    """Read `{"source", "given"}` from standard input, execute it, write the answer."""
    asked = json.load(sys.stdin)
    out = os.dup(1)
    os.dup2(2, 1)
    sys.path.insert(0, str(Path.cwd()))
    space = {"given": asked["given"], "__name__": "probe"}
    exec(compile(asked["source"], "<probe>", "exec"), space)  # noqa: S102 - running the probe is what this is for
    os.write(out, json.dumps({"answer": space["answer"]}).encode())


if __name__ == "__main__":
    main()
