"""PostgreSQL's data directory, created by `initdb` with the password that the home already has."""

import contextlib
import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from checks.errors import CourseError
from checks.services.account import Account
from checks.services.data_directory import delete_files
from checks.services.home import Home

OPTIONS = (
    *("--no-sync", "--username=postgres", "--auth=scram-sha-256"),
    *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
)


@dataclass(frozen=True)
class DataDirectoryBuilder:
    """`initdb`, the home that it writes to, and the account that it runs under."""

    programs: Path
    home: Home
    account: Account

    def create(self, folder: Path) -> None:
        """Replace the home's cluster by a new one in `folder`; the home links to it.

        Raises:
            CourseError: `initdb` fails.
        """
        delete_files(self.home, kept=folder)
        draft = folder / "postgres.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700, parents=True)
        self.account.take_ownership(draft)
        self._initdb(draft)
        data = draft.replace(folder / self.home.data.name)
        if data != self.home.data:
            self.home.data.symlink_to(data)

    def _initdb(self, draft: Path) -> None:
        password = self.home.root / "superuser.new"
        password.unlink(missing_ok=True)
        with os.fdopen(os.open(password, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(self._password())
        self.account.take_ownership(password)
        initdb = self.programs / "initdb"
        result = self.account.run([initdb, "-D", draft, f"--pwfile={password}", *OPTIONS])
        if result.returncode != 0:
            raise CourseError(
                f"PostgreSQL's files could not be made in {draft}: {last_line(result.stderr)}"
            )
        password.replace(self.home.password_file)

    def _password(self) -> str:
        """The former password: the URL of a lent database depends on it (see `lend`)."""
        with contextlib.suppress(OSError):
            return self.home.password_file.read_text() or secrets.token_hex(24)
        return secrets.token_hex(24)


def last_line(text: str) -> str:
    """The last line that is not empty: there the programs of PostgreSQL name the error."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it gave no reason"
