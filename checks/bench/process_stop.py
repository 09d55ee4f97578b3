"""How a benchmark ends a server that it has started."""

import subprocess


def stop(process: "subprocess.Popen[bytes]", timeout: float) -> None:
    """Send SIGTERM, after `timeout` seconds SIGKILL, and return when the process has ended."""
    process.terminate()
    try:
        process.wait(timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
