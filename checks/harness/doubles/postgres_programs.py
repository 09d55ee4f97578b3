"""Shell scripts in the place of pg_dump and other programs, each as its text.

`SharedFolder.search_path` puts them before the real programs.
"""

from checks.harness.app.shared_folder import PROGRAMS, SharedFolder

CALLS = "calls"
"""The file that `RECORDING` writes, beside itself."""

REAL_ONE = """IFS=:
for folder in $PATH; do
    [ "$folder" = "${0%/*}" ] || [ ! -x "$folder/${0##*/}" ] || exec "$folder/${0##*/}" "$@"
done
exit 127
"""
RECORDING = f"""#!/bin/sh
printf '%s\\n' "$0 $*" >> "${{0%/*}}/{CALLS}"
{REAL_ONE}"""
"""Writes a line for each call, the program and its arguments, and then calls the real one.

What that one calls finds the same programs.
"""

OF_SCRIPTS = (
    *("pg_dump", "pg_restore", "psql", "pg_isready", "python", "python3", "perl", "env", "xargs"),
    *("sed", "awk", "grep", "cut", "tr"),
)
"""What a script may call to dump and to restore, and to take a URL apart."""

OUTDATED_PG_DUMP = """#!/bin/sh
if [ "$1" = --version ] || [ "$1" = -V ]; then echo 'pg_dump (PostgreSQL) 9.6.24'; exit; fi
echo 'pg_dump: error: aborting because of server version mismatch' >&2
exit 1
"""
"""Fails as a pg_dump does that is older than the server."""

ASKING = {"--version", "-V", "--help", "-?", "--list", "-l"}
NEWER_VERSION = 99
NEWER_PG_DUMP = f"""#!/bin/sh
case "$1" in --version | -V) echo 'pg_dump (PostgreSQL) {NEWER_VERSION}.1'; exit ;; esac
PATH=${{PATH#*:}} exec pg_dump "$@"
"""
"""Says that its major version is `NEWER_VERSION`, and dumps as the real one."""

SEEN = "seen"


def looking_at(name: str) -> str:
    """Copies this file of the folder each time that it is to work, and then calls the real one.

    `seen_at_work` is the copy.
    """
    return f"""#!/bin/sh
case " $* " in
    *" --version "* | *" -V "* | *" --help "* | *" -? "*) ;;
    *) cat "${{0%/*}}/../{name}" > "${{0%/*}}/{SEEN}" 2> /dev/null ;;
esac
{REAL_ONE}"""


def seen_at_work(folder: SharedFolder) -> bytes | None:
    """The file that a `looking_at` program last saw: b"" for no file, None when it never worked."""
    path = f"{PROGRAMS}/{SEEN}"
    return folder.read_bytes(path) if folder.is_file(path) else None


def recorded_calls(folder: SharedFolder) -> str:
    """What the `RECORDING` programs of this folder have written; "" before the first call."""
    return folder.program_record(CALLS)


def working_calls(calls: str, program: str) -> list[str]:
    """The recorded calls with which the program does its work; none that only asks for something.

    `--version` asks, and so does `--list`.
    """
    words = (line.split() for line in calls.splitlines())
    return [
        " ".join(each)
        for each in words
        if each and each[0].endswith(f"/{program}") and not ASKING & set(each[1:])
    ]
