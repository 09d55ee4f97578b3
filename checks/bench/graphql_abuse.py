"""What abusive queries of task B2 cost: `python -m checks.bench.graphql_abuse`.

Each query of `graphql_bounds.ABUSES` is sent to the reference again and again: the milliseconds of
an answer, the statements that it took, and how much larger the process has become after all.
"""

import statistics
import sys
import time
from pathlib import Path

from checks.course.course import find_root, load_course
from checks.harness.app.environment import AppEnvironment
from checks.harness.app.graphql_bounds import ABUSES, EVENT
from checks.harness.app.graphql_client import GraphQL
from checks.harness.app.process import AppProcess

TIMES = 20


def milliseconds(graphql: GraphQL, query: str) -> float:
    """The median of an answer's time. ValueError if an answer is no refusal."""
    seconds = []
    for _ in range(TIMES):
        start = time.perf_counter()
        answer = graphql.ask(query)
        seconds.append(time.perf_counter() - start)
        if not answer.is_refused:
            raise ValueError(f"this was answered: {query[:60]}")
    return 1000 * statistics.median(seconds)


def memory(process: AppProcess) -> int:
    """The resident kilobytes of the app."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0])


def main() -> int:
    """Print a line for each query; 1 if one of them asked something of the database."""
    course = load_course(find_root(), tree="solutions")
    folder = course.root / "solutions" / course.days[-1].folder
    environment = AppEnvironment(folder, contained=False)
    try:
        graphql = GraphQL(environment.api())
        graphql.data("{ __typename }")
        before = memory(environment.app)
        with environment.statement_log().captured() as statements:
            for name, text in ABUSES.items():
                query = text.replace(EVENT, "1")
                spent = milliseconds(graphql, query)
                print(f"{spent:6.1f} ms  {len(query):6} bytes  {name}")
        print(f"{len(statements)} statements, {memory(environment.app) - before} kB more memory")
    finally:
        environment.close()
    return 1 if statements else 0


if __name__ == "__main__":
    sys.exit(main())
