"""A run of tests on a server that somebody started: it finds empty tables, and leaves full ones."""

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
from checks.messages.messages import say
from checks.runner import served
from checks.services.home import own_directory


class RowSwap:
    """Sets a person's rows and Redis keys aside at `begin`; `end` puts them back."""

    def __init__(self, external: ExternalServer) -> None:
        self.external = external
        self._lang = os.environ.get("EVENTURE_LANG", "en")
        self._stack = ExitStack()
        self._folder = served.folder_of(external.services.postgres.dsn(external.database))
        self._begun = False

    @property
    def file(self) -> Path:
        """Where the rows lie until the end."""
        return self._folder / "rows.zip"

    def begin(self, *, may_empty: bool) -> str:
        """Empty the tables; what to tell the person.

        Raises:
            CourseError: another run is there, a breakpoint holds a table, or the database is
                somebody else's, full and far away.
        """
        own_directory(self._folder.parent)
        own_directory(self._folder)
        self._only_one()
        try:
            with self._connection() as connection:
                if not may_empty and not self.external.here:
                    self._refuse_rows(connection)
                return self._set_aside(connection)
        except psycopg.errors.LockNotAvailable:
            self._begun = False
            raise CourseError(
                f"A request holds a table of {self.external.url}, perhaps at a breakpoint: "
                "let it go on, then start the tests again."
            ) from None
        except (psycopg.Error, RedisError) as error:
            self._begun = False
            raise CourseError(
                f"The tests cannot empty the database of {self.external.url}: {_said(error)}"
            ) from None

    def end(self) -> str:
        """Put everything back; what to tell the person. Nothing happens twice."""
        with self._stack:
            if not self._begun:
                return ""
            self._begun = False
            if not self.file.exists():  # `checks serve` has deleted it with its database
                return self._gone() or ""
            try:
                with self._connection() as connection:
                    row_backup.put_back(connection, self.file)
                self._fill_redis()
            except (psycopg.Error, RedisError, CourseError) as error:
                if gone := self._gone():
                    return self._forget(gone)
                lost = say(
                    "the rows of its database are not back ({why}): they lie in {file}", self._lang
                )
                return lost.format(why=_said(error), file=self.file)
            return self._forget(say("the rows of its database are back", self._lang))

    def _gone(self) -> str | None:
        """What to say when `checks serve` has ended; None when the server was somebody else's."""
        if self.external.ours and served.find(self.external.url) is None:
            return say("the server has ended, and its database with it", self._lang)
        return None

    def _forget(self, said: str) -> str:
        for path in (self.file, self._keys):
            path.unlink(missing_ok=True)
        return said

    @property
    def _keys(self) -> Path:
        return self._folder / "redis.json"

    def _connection(self) -> row_backup.Connection:
        return self.external.services.postgres.connect(self.external.database)

    def _only_one(self) -> None:
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
        found = row_backup.count(connection)
        client = self._redis()
        keys = client.dbsize() if client else 0
        if found or keys:
            raise CourseError(
                f"The services behind {self.external.url} are on another machine and hold {found} "
                f"rows and {keys} Redis keys, which the tests set aside and put back: say "
                "--may-empty if they may."
            )

    def _set_aside(self, connection: row_backup.Connection) -> str:
        """Rows that a killed run has left in the file are the person's: those of now are apart."""
        if self.file.exists():
            file = self._folder / f"later-{time.strftime('%Y%m%d-%H%M%S')}.zip"
            said = (
                "a run was killed: the rows from before it come back;"
                " those of now ({rows}) lie in {file}"
            )
        else:
            file = self.file
            said = "the rows of its database ({rows}) are set aside and come back at the end"
            self._empty_redis()
        self._begun = True  # from here on a Ctrl-C finds rows to put back
        rows = row_backup.take(connection, file)
        return say(said, self._lang).format(rows=rows, file=file)

    def _redis(self) -> Any:
        """A client of its Redis, whose stubs cannot tell an answer from a promise; or None."""
        if self.external.redis is None:
            return None
        return self.external.services.redis.client(self.external.redis)

    def _empty_redis(self) -> None:
        client = self._redis()
        if client is None:
            return
        found = [
            (_text(key), _text(client.dump(key)), max(client.pttl(key), 0))
            for key in client.scan_iter()
        ]
        self._keys.touch(mode=0o600)
        self._keys.write_text(json.dumps(found))

    def _fill_redis(self) -> None:
        client = self._redis()
        if client is None:
            return
        client.flushdb()
        for key, dumped, milliseconds in json.loads(self._keys.read_text()):
            client.restore(
                base64.b64decode(key), milliseconds, base64.b64decode(dumped), replace=True
            )


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _said(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0]
