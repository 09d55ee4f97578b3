"""The days that have an OpenAPI document, for the commands that check it in each."""

import sys
from collections.abc import Callable

from checks.course.course import Course, find_root, load_course
from checks.errors import CourseError

DAYS = ("5", "6", "7")


def check_days(check_day: Callable[[Course, str], bool]) -> int:
    """Check the days that the command line names, or all of them; the exit code.

    1 if one does not hold. A CourseError is printed, and its own exit code returned.
    """
    try:
        course = load_course(find_root(), tree="solutions")
        results = [check_day(course, each) for each in sys.argv[1:] or DAYS]
    except CourseError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0 if all(results) else 1
