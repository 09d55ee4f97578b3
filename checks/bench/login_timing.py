"""Compare the times of two failing logins: `python -m checks.bench.login_timing`.

The time of a login must not tell whether an address is registered. Logins with an unknown address
alternate with a known one and a wrong password; SPEC asks for a ratio of the medians of at least
0.5. Both are measured in one run, so the load of the machine changes both.
"""

import statistics
import sys
import time
from collections.abc import Callable
from functools import partial

from checks.course.course import find_root, load_course
from checks.errors import CourseError
from checks.harness.app.api import Api
from checks.harness.app.environment import AppEnvironment
from checks.harness.fixtures.users import Users

ROUNDS = 15
MIN_RATIO = 0.5


def seconds(action: Callable[[], object]) -> float:
    """The duration of one call."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def login_times(environment: AppEnvironment) -> tuple[float, float]:
    """Median seconds of a wrong password for a known address, and for an unknown one."""
    with environment.extra_process({"BCRYPT_ROUNDS": "10"}) as process:
        api = Api(process)
        known = Users(api, environment.database_client).register("known").email
        addresses = (known, "nobody@example.com")
        rounds = [
            [seconds(partial(_log_in, api, each)) for each in addresses] for _ in range(ROUNDS)
        ]
        api.close()
    known_times, unknown_times = zip(*rounds, strict=True)
    return statistics.median(known_times), statistics.median(unknown_times)


def _log_in(api: Api, address: str) -> None:
    body = {"email": address, "password": "not the password"}
    status = api.post("/api/auth/login", json=body).status_code
    if status != 401:
        raise CourseError(f"a login with a wrong password answered {status}, not 401")


def main() -> int:
    """Print the comparison for the last written day; 1 if the ratio is too small."""
    course = load_course(find_root(), tree="solutions")
    folder = course.root / "solutions" / course.days[-1].folder
    environment = AppEnvironment(folder, contained=False)
    try:
        known, unknown = login_times(environment)
    finally:
        environment.close()
    ratio = min(known, unknown) / max(known, unknown)
    print(f"{folder.name}: known {known * 1000:.0f} ms, unknown {unknown * 1000:.0f} ms,")
    print(f"ratio {ratio:.2f} (at least {MIN_RATIO})")
    return 0 if ratio >= MIN_RATIO else 1


if __name__ == "__main__":
    sys.exit(main())
