"""Compare two things in one run, so that it cannot be flaky: `python -m checks.bench.login_timing`.

Does a login tell whether an address is registered? The answers to an unknown address and to a
known one with a wrong password alternate; the ratio of the medians of their times says it. SPEC
asks for at least 0.5.
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
LEAST = 0.5


def seconds(action: Callable[[], object]) -> float:
    """How long one call took."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def login_times(environment: AppEnvironment) -> tuple[float, float]:
    """Median seconds of a wrong password for a known address, and for an unknown one."""
    with environment.extra_process({"BCRYPT_ROUNDS": "10"}) as process:
        api = Api(process)
        known = Users(api, environment.database_client).register("known").email
        addresses = (known, "nobody@example.com")
        times = [
            [seconds(partial(_log_in, api, each)) for each in addresses] for _ in range(ROUNDS)
        ]
        api.close()
    first, second = zip(*times, strict=True)
    return statistics.median(first), statistics.median(second)


def _log_in(api: Api, address: str) -> None:
    body = {"email": address, "password": "not the password"}
    status = api.post("/api/auth/login", json=body).status_code
    if status != 401:
        raise CourseError(f"a login with a wrong password answered {status}, not 401")


def main() -> int:
    """Print the comparison for the last written day that has a login; 1 if it tells."""
    course = load_course(find_root(), tree="solutions")
    folder = course.root / "solutions" / course.days[-1].folder
    environment = AppEnvironment(folder, contained=False)
    try:
        known, unknown = login_times(environment)
    finally:
        environment.close()
    ratio = min(known, unknown) / max(known, unknown)
    print(f"{folder.name}: known {known * 1000:.0f} ms, unknown {unknown * 1000:.0f} ms,")
    print(f"ratio {ratio:.2f} (at least {LEAST})")
    return 0 if ratio >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
