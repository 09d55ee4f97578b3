"""The fixtures that exercise tests may use. Nothing of the learner's is imported here."""

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, suppress
from pathlib import Path

import psycopg
import pytest
import redis as redis_client

from checks.errors import CourseError
from checks.harness.api import Api
from checks.harness.database import Database
from checks.harness.errors import HarnessError, ServicesDown
from checks.harness.filled import Filled
from checks.harness.learner import Shell, Tree
from checks.harness.outside import Outside
from checks.harness.people import Maker, People, User
from checks.harness.process import AppProcess
from checks.harness.rows import Rows, key_of
from checks.harness.scene import SCENE, Scene
from checks.harness.stage import Stage
from checks.harness.suite import Workshop, reference_of
from checks.harness.visit import Visit

VISIT: pytest.StashKey[Visit] = pytest.StashKey()
STAGES: pytest.StashKey[dict[Path, Stage]] = pytest.StashKey()


def close_stages(config: pytest.Config) -> None:
    """Close every stage of the session."""
    stages, config.stash[STAGES] = config.stash.get(STAGES, {}), {}
    with ExitStack() as steps:
        for stage in stages.values():
            steps.callback(stage.close)


def outage(config: pytest.Config) -> HarnessError | None:
    """A service that is gone, and whose fault it is; later tests get stages on living services."""
    found = (stage.outage() for stage in config.stash.get(STAGES, {}).values())
    gone = next(filter(None, found), None)
    if isinstance(gone, ServicesDown):
        with suppress(psycopg.Error, redis_client.RedisError, CourseError):
            close_stages(config)
    return gone


def outside_of(config: pytest.Config) -> Outside | None:
    """The server of --base-url; None when the app is ours to start."""
    visit = config.stash.get(VISIT, None)
    return visit.outside if visit else None


def tree_of(request: pytest.FixtureRequest) -> Path:
    """The folder under test: `--tree`, or the day folder that the test file stands in."""
    chosen = request.config.getoption("--tree")
    return Path(chosen).resolve() if chosen else request.path.parent.parent


@pytest.fixture
def stage(request: pytest.FixtureRequest) -> Stage:
    """The tree's stage, kept for the whole session."""
    return _stage_of(request, tree_of(request))


def _stage_of(request: pytest.FixtureRequest, root: Path) -> Stage:
    stages = request.config.stash.setdefault(STAGES, {})
    if root not in stages:
        contained = request.config.getoption("--contained")
        stages[root] = Stage(root, contained=contained, outside=outside_of(request.config))
    return stages[root]


@pytest.fixture
def scene(request: pytest.FixtureRequest, stage: Stage) -> Generator[Scene, None, None]:
    """A clean start for one test: empty tables, and a mark from which its evidence counts.

    Tests that share their rows (`pytest.mark.rows`) have a clean start together.
    """
    found = Scene(stage)
    request.node.stash[SCENE] = found
    key = key_of(request.node)
    if key is None or key != stage.rows.key:
        stage.reset()
        stage.rows.key = key
    found.log_start = stage.started.log_size() if stage.started else 0
    found.mark = stage.statement_log().end()  # what is older is told by its time
    yield found
    for api in found.apis:
        api.close()


@pytest.fixture
def api(stage: Stage, scene: Scene) -> Api:
    """A client of the app under test."""
    client = stage.api()
    scene.apis.append(client)
    return client


@pytest.fixture
def database(stage: Stage, scene: Scene) -> Iterator[Database]:
    """The database behind the app."""
    yield stage.database
    stage.database.give_back()


@pytest.fixture
def rows(stage: Stage, scene: Scene) -> Rows:
    """What the tests with the same `pytest.mark.rows` have made for each other."""
    return stage.rows


@pytest.fixture
def redis(stage: Stage, scene: Scene) -> "redis_client.Redis":
    """A client of the Redis database that the app was given."""
    _needs_told(stage, "redis", "REDIS_URL")
    return stage.services.redis.client(stage.redis_number)


def _needs_told(stage: Stage, name: str, variable: str) -> None:
    """Skip what needs to know of somebody's server what nobody has said."""
    if stage.outside is not None and getattr(stage.outside, name) is None:
        pytest.skip(f"needs the {variable} of the server at --base-url: set it to the same")


@pytest.fixture
def statements(stage: Stage, scene: Scene) -> Callable[[], AbstractContextManager[list[str]]]:
    """Watches what the app asks PostgreSQL in a `with` block; the list is filled at its end.

    Beginnings and ends of transactions are left out. The server counts, so the app cannot.
    """
    if stage.services.postgres.external:
        pytest.skip("needs the log of the checker's own PostgreSQL: run it without DATABASE_URL")
    return stage.statement_log().watched


@pytest.fixture
def people(api: Api, database: Database) -> People:
    return People(api, database)


@pytest.fixture
def make(api: Api) -> Maker:
    return Maker(api)


@pytest.fixture
def member(people: People) -> User:
    return people.member()


@pytest.fixture
def organizer(people: People) -> User:
    return people.organizer()


@pytest.fixture
def stranger(people: People) -> User:
    return people.organizer("stranger")


@pytest.fixture
def superuser(people: People) -> User:
    return people.superuser()


@pytest.fixture
def tree(request: pytest.FixtureRequest) -> Tree:
    return Tree(tree_of(request))


@pytest.fixture
def shell(stage: Stage, scene: Scene) -> Shell:
    """Commands and probes in the tree, on the app's database and with its key."""
    _needs_told(stage, "secret", "SECRET_KEY")
    return stage.shell()


class Server:
    """The app's process, for tests that need another one or other settings."""

    def __init__(self, scene: Scene, stage: Stage, stack: ExitStack) -> None:
        self._scene, self._stage, self._stack = scene, stage, stack

    @property
    def environment(self) -> Mapping[str, str]:
        return self._stage.environment(self._stage.made)

    def log(self) -> str:
        return self._scene.log()

    def spawn(self, **extra: str) -> Api:
        """A second process of the same app, with extra environment, until the test ends.

        Without extra environment it has to share what the app under test shares.
        """
        if not extra:
            _needs_told(self._stage, "redis", "REDIS_URL")
        return self._client(self._stack.enter_context(self._stage.another(extra)))

    def kept(self, **extra: str) -> Api:
        """As `spawn`, but one process for all tests that want the same; the session ends it."""
        key = ("app", *sorted(extra.items()))
        process = self._stage.once(key, lambda: self._stage.another(extra))
        if not process.alive:
            process.start()
        return self._client(process)

    def on(self, filled: Filled) -> Api:
        """A new client of the app on a database that was filled beforehand."""
        return self._client(filled.process)

    def restart(self, **extra: str) -> Api:
        """The same as `spawn`: the shared process stays, this test talks to its own."""
        return self.spawn(**extra)

    def _client(self, process: AppProcess) -> Api:
        client = Api(process)
        self._scene.apis.append(client)
        return client


@pytest.fixture
def server(stage: Stage, scene: Scene) -> Iterator[Server]:
    _needs_told(stage, "secret", "SECRET_KEY")
    with ExitStack() as stack:
        yield Server(scene, stage, stack)


@pytest.fixture
def workshop(request: pytest.FixtureRequest, stage: Stage) -> Iterator[Workshop]:
    """Copies of the tree to run the learner's own tests and tools in."""
    day = request.path.parent.parent
    made = Workshop(stage, _stage_of(request, reference_of(day)))
    yield made
    made.close()
