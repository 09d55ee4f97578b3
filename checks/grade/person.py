"""Who handed a submission in, as far as an archive, an LMS's download or a roster says it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Person:
    """One learner; "" is not known.

    `id` is the LMS's number, `number` the institution's (Moodle's "ID number", Canvas's "SIS User
    ID", Gradescope's "SID"), `login` the account's name, `participant` Moodle's number within one
    assignment. `submitted_at` is the time that the LMS or the roster gives, `time_from` says which
    ("lms", "roster"), `is_late` is the mark of an LMS that gives no time.
    """

    name: str = ""
    email: str = ""
    id: str = ""
    number: str = ""
    login: str = ""
    participant: str = ""
    group: str = ""
    submitted_at: datetime | None = None
    is_late: bool = False
    time_from: str = ""


UNKNOWN = Person()
