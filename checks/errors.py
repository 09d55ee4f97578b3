"""The exception that a person's mistake turns into, and the one that an app's attack does."""


class CourseError(Exception):
    """One sentence that says what is wrong, where, and what to do next.

    The command line prints the sentence and leaves with `exit_code`; it shows no traceback.
    """

    exit_code = 2


class TamperedLogin(CourseError):
    """An app has changed the login with which the checker judges it."""
