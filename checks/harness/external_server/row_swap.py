"""A run of tests on a server that a person started: that person's rows leave and come back."""

import base64
import fcntl
import json
import os
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
from redis import RedisError

from checks.errors import CourseError
from checks.harness.external_server import row_backup
from checks.harness.external_server.server import ExternalServer
from checks.messages.messages import translate
from checks.runner import server_record
from checks.services.owned_directory import ensure_owned_directory


class RowSwap:
    """Sets a person's rows and Redis keys aside at `begin`; `end` puts them back."""

    def __init__(self, external: ExternalServer) -> None:
        self.external = external
        self._lang = os.environ.get("EVENTURE_LANG", "en")
        self._stack = ExitStack()
        self._folder = server_record.backup_folder(
            external.services.postgres.dsn(external.database)
        )
        self._is_swapped = False

    @property
    def file(self) -> Path:
        """The file with the rows, until the end."""
        return self._folder / "rows.zip"

    def begin(self, *, may_empty: bool) -> str:
        """Empty the tables; the message for the person.

        Raises:
            CourseError: another run uses the database, a request at a breakpoint holds a table, or
                the database is on another machine and has rows.
        """
        ensure_owned_directory(self._folder.parent)
        ensure_owned_directory(self._folder)
        self._lock()
        try:
            with self._connection() as connection:
                if not may_empty and not self.external.is_local:
                    self._refuse_rows(connection)
                return self._set_aside(connection)
        except psycopg.errors.LockNotAvailable:
            self._is_swapped = False
            raise CourseError(
                f"A request holds a table of {self.external.url}, perhaps at a breakpoint: "
                "let it go on, then start the tests again."
            ) from None
        except (psycopg.Error, RedisError) as error:
            self._is_swapped = False
            raise CourseError(
                f"The tests cannot empty the database of {self.external.url}: {_first_line(error)}"
            ) from None

    def end(self) -> str:
        """Put everything back; the message for the person. A second call does nothing."""
        with self._stack:
            if not self._is_swapped:
                return ""
            self._is_swapped = False
            if not self.file.exists():  # `checks serve` has deleted it with its database
                return self._server_ended_message() or ""
            try:
                with self._connection() as connection:
                    row_backup.restore(connection, self.file)
                self._fill_redis()
            except (psycopg.Error, RedisError, CourseError) as error:
                if ended := self._server_ended_message():
                    return self._delete_files(ended)
                template = translate(
                    "the rows of its database are not back ({why}): they lie in {file}", self._lang
                )
                return template.format(why=_first_line(error), file=self.file)
            return self._delete_files(translate("the rows of its database are back", self._lang))

    def _server_ended_message(self) -> str | None:
        """The message when `checks serve` has ended; None for any other server."""
        if self.external.started_by_serve and server_record.find(self.external.url) is None:
            return translate("the server has ended, and its database with it", self._lang)
        return None

    def _delete_files(self, message: str) -> str:
        for path in (self.file, self._keys_file):
            path.unlink(missing_ok=True)
        return message

    @property
    def _keys_file(self) -> Path:
        return self._folder / "redis.json"

    def _connection(self) -> row_backup.Connection:
        return self.external.services.postgres.connect(self.external.database)

    def _lock(self) -> None:
        lock = self._stack.enter_context((self._folder / "lock").open("a"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._stack.close()
            raise CourseError(
                f"Another run of tests is using the database of {self.external.url}: "
                "wait for its end."
            ) from None

    def _refuse_rows(self, connection: row_backup.Connection) -> None:
        rows = row_backup.count(connection)
        client = self._redis()
        keys = client.dbsize() if client else 0
        if rows or keys:
            raise CourseError(
                f"The services behind {self.external.url} are on another machine and hold {rows} "
                f"rows and {keys} Redis keys, which the tests set aside and put back: say "
                "--may-empty if they may."
            )

    def _set_aside(self, connection: row_backup.Connection) -> str:
        """Move the rows to the file; while a killed run's file is there, to a second one."""
        if self.file.exists():
            file = self._folder / f"later-{time.strftime('%Y%m%d-%H%M%S')}.zip"
            message = (
                "a run was killed: the rows from before it come back;"
                " those of now ({rows}) lie in {file}"
            )
        else:
            file = self.file
            message = "the rows of its database ({rows}) are set aside and come back at the end"
            self._empty_redis()
        self._is_swapped = True  # before the rows go: a Ctrl-C in between has to put them back
        rows = row_backup.dump_and_truncate(connection, file)
        return translate(message, self._lang).format(rows=rows, file=file)

    def _redis(self) -> Any:
        """A client of the server's Redis, or None. `Any`: redis-py's stubs mix sync with async."""
        if self.external.redis is None:
            return None
        return self.external.services.redis.client(self.external.redis)

    def _empty_redis(self) -> None:
        client = self._redis()
        if client is None:
            return
        keys = [
            (_base64(key), _base64(client.dump(key)), max(client.pttl(key), 0))
            for key in client.scan_iter()
        ]
        self._keys_file.touch(mode=0o600)
        self._keys_file.write_text(json.dumps(keys))

    def _fill_redis(self) -> None:
        client = self._redis()
        if client is None:
            return
        client.flushdb()
        for key, dump, milliseconds in json.loads(self._keys_file.read_text()):
            client.restore(
                base64.b64decode(key), milliseconds, base64.b64decode(dump), replace=True
            )


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0]
