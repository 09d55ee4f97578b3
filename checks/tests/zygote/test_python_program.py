"""The libraries that a zygote loads before it forks."""

import subprocess
import sys
from itertools import chain

from checks.zygote.python_program import LIBRARIES

LOAD = "import importlib, sys; [importlib.import_module(name) for name in sys.argv[1:]]"


def test_no_library_is_left_out_in_silence() -> None:
    names = list(chain.from_iterable(LIBRARIES.values()))

    done = subprocess.run(
        [sys.executable, "-I", "-B", "-c", LOAD, *names],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr


def test_a_fork_still_loads_what_reads_the_environment() -> None:
    code = (
        "import sys; from checks.zygote import python_program, server;"
        " python_program.preload(server.LIBRARIES); print('prometheus_client' in sys.modules)"
    )

    done = subprocess.run(
        [sys.executable, "-B", "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "False", "PROMETHEUS_MULTIPROC_DIR is read when it is loaded"
