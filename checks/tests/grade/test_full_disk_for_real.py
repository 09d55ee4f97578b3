"""The disks are full for moments while a cohort is graded, and no cell is wrong.

`EVENTURE_DISTURBED_RUNS` is how many random timetables are tried (1).
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from checks.tests.grade.small_disk import DISKS
from checks.tests.support.borders import needs_sandbox
from checks.tests.support.repository import ROOT

TIMETABLES = int(os.environ.get("EVENTURE_DISTURBED_RUNS", "1"))
can_mount = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("unshare") is None, reason="only root can mount a small disk"
)
is_elsewhere = pytest.mark.skipif(
    any(Path(ROOT).is_relative_to(disk) for disk in DISKS), reason="the disk hides this folder"
)
pytestmark = [needs_sandbox, can_mount, is_elsewhere]


@pytest.mark.parametrize("seed", range(TIMETABLES))
def test_a_full_disk_makes_no_cell_wrong(seed: int) -> None:
    module = "checks.tests.grade.small_disk"
    child = subprocess.run(
        ["unshare", "--mount", "--propagation", "private", sys.executable, "-m", module, str(seed)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert child.returncode == 0, child.stderr
    seen = json.loads(child.stdout.splitlines()[-1])
    assert seen["calm"] == {"honest": 1, "lazy": 0}
    assert seen["filled"] > 0
    for name, value in seen["disturbed"].items():
        assert value in (None, seen["calm"][name]), name
    assert seen["resumed"]
