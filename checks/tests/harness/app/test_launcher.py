"""What the learner's app prints is in its log at once, and a breakpoint holds nothing up."""

import subprocess
import sys
from pathlib import Path

from checks.harness.app import launcher

APP = """
print("imported")
breakpoint()


async def app(scope, receive, send):
    pass
"""


def test_prints_come_at_once_and_a_breakpoint_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app/main.py").write_text(APP)
    process = subprocess.Popen(
        [sys.executable, "-I", "-B", launcher.__file__, str(tmp_path / "app.sock")],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None

    lines = [process.stdout.readline() for _ in range(2)]

    process.communicate()  # its input closes, and that ends it
    assert lines[0] == "imported\n"
    assert lines[1].startswith("breakpoint() in app/main.py:3: passed over")
