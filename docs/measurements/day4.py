import re
import shutil
import subprocess
import sys
import tomllib
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session, sessionmaker

from checks.notebooks.lab import Lab, brief

lab = Lab("day4-testing")
day4 = lab.load("day4-testing")
settings = day4.core.config.Settings()
app = day4.main.create_app(settings)
client = TestClient(app)
engine = day4.db.session.create_database_engine(settings.database_url)
User, Event = day4.models.User, day4.models.Event
OLGA = {"email": "olga@example.com", "password": "correct horse battery"}
BODY = {
    "title": "Party",
    "start_time": "2031-05-01T10:00Z",
    "end_time": "2031-05-01T12:00Z",
}
client.post("/api/auth/register", json={**OLGA, "full_name": "Olga"})
with Session(engine) as session:
    session.scalars(sa.select(User)).one().role = day4.models.UserRole.ORGANIZER
    session.commit()
token = client.post("/api/auth/login", json=OLGA).json()["access_token"]
olga = {"Authorization": f"Bearer {token}"}
DAY = Path("solutions/day4-testing")
VARIANTS = tomllib.loads((DAY / "exercises/variants.toml").read_text("utf-8"))[
    "variant"
]


# %% session
class Forgetful(Session):
    """The session of an app whose author forgot every commit."""

    def commit(self) -> None:
        self.flush()


def create_and_read() -> tuple[int, int]:
    created = client.post("/api/events/", json=BODY, headers=olga)
    read = client.get(f"/api/events/{created.json()['id']}")
    return created.status_code, read.status_code


with Forgetful(engine, expire_on_commit=False) as shared:
    app.state.sessions = lambda: nullcontext(shared)
    print("one session for the test and the app:", *create_and_read())
app.state.sessions = sessionmaker(
    engine, class_=Forgetful, expire_on_commit=False
)
print("a new session for each request:      ", *create_and_read())


# %% savepoint
VALUES = {
    "title": "Party",
    "start_time": sa.func.now(),
    "end_time": sa.func.now() + sa.text("interval '1 hour'"),
    "organizer_id": 1,
}


def events(session: Session) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(Event))


with lab.sql() as statements:
    with engine.connect() as connection, connection.begin() as transaction:
        sessions = sessionmaker(
            connection, join_transaction_mode="create_savepoint"
        )
        with sessions() as request:
            day4.crud.event.create(request, VALUES)
            request.commit()
        with sessions() as test:
            print("the test, after the commit:", events(test))
        transaction.rollback()
    with Session(engine) as next_test:
        print("the next test:             ", events(next_test))
print(*(brief(statement)[:42] for statement in statements), sep="\n")

# %% faults
SUITES = {
    "six requests, no assert": """
def test_smoke(client, auth_headers):
    event = client.post("/api/events/", headers=auth_headers, json=BODY).json()
    path = f"/api/events/{event.get('id')}"
    client.get("/api/events/")
    client.get(path)
    client.patch(path, headers=auth_headers, json={"title": "Dinner"})
    client.delete(path, headers=auth_headers)
""",
    "asserts the answer of POST": """
def test_create(client, auth_headers):
    answer = client.post("/api/events/", headers=auth_headers, json=BODY)
    assert answer.status_code == 201
    assert answer.json()["title"] == BODY["title"]
""",
    "the reference's test_events.py": (DAY / "tests/test_events.py").read_text(
        "utf-8"
    ),
}


def run(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-qx",
        "tests/test_events.py",
        *options,
    ]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False
    )


def result(suite: str, variant: dict | None) -> str:
    """`passed` or `failed`: the suite on a copy of the app, faulty or not."""
    with TemporaryDirectory() as scratch:
        folder = Path(scratch) / "day4"
        shutil.copytree(DAY, folder)
        (folder / "tests/test_events.py").write_text(
            f"BODY = {BODY}\n{suite}", "utf-8"
        )
        for edit in variant["edits"] if variant else []:
            path = folder / edit["path"]
            source = path.read_text("utf-8")
            assert edit["old"] in source
            path.write_text(source.replace(edit["old"], edit["new"]), "utf-8")
        return "failed" if run(folder).returncode else "passed"


FAULTS = [each for each in VARIANTS if each["id"] in {"M2", "M8"}]
for name, suite in SUITES.items():
    print(name)
    for variant in FAULTS:
        print(f"    {result(suite, variant)}: {variant['title']}")
print(f"    {result(suite, None)}: the app without a fault")

# %% coverage
with TemporaryDirectory() as scratch:
    folder = Path(scratch) / "day4"
    shutil.copytree(DAY, folder)
    smoke = SUITES["six requests, no assert"]
    (folder / "tests/test_events.py").write_text(
        f"BODY = {BODY}\n{smoke}", "utf-8"
    )
    report = run(folder, "--cov", "--cov-fail-under=0").stdout
percent = float(re.search(r"^TOTAL.* (\d+)%$", report, re.MULTILINE)[1])
print(f"one test without an assert covers at least {percent // 5 * 5:.0f} %")

# %% ruff
helpers = Path("../../days/day4-testing/tests/helpers.py")
options = ["--config", "pyproject.toml", "--output-format=concise", "--no-cache"]
found = subprocess.run(
    [sys.executable, "-m", "ruff", "check", *options, helpers],
    cwd=DAY,
    capture_output=True,
    text=True,
    check=False,
)
for line in found.stdout.splitlines():
    print(line.rpartition("helpers.py:")[2])
