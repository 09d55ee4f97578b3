import io
import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
from fastapi.testclient import TestClient

from checks.notebooks.lab import Lab

DAY_ONE = datetime(2031, 5, 1, tzinfo=UTC)
FOLDER = Path("solutions/day7-deployment")
lab = Lab("day7-deployment")
day7 = lab.load("day7-deployment")
Settings, create_app = day7.core.config.Settings, day7.main.create_app
QUIET = {"log_level": "ERROR", "log_format": "console"}


def start(**variables: str) -> None:
    """Import the app in a process of its own, as uvicorn does."""
    done = subprocess.run(
        [sys.executable, "-c", "import app.main"],
        cwd=FOLDER,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    print("exit code", done.returncode)
    print(done.stderr, end="")


logging.disable()  # what the apps below log is not their answer

# %% start
start(ENVIRONMENT="production", SECRET_KEY="change-me-" * 4)

# %% misspelt
start(ENVIRONMENT="prod")

# %% probes
nowhere = "postgresql://eventure@127.0.0.1:1/eventure"
client = TestClient(
    create_app(Settings(database_url=nowhere, **QUIET)),
    raise_server_exceptions=False,
)
for path in ("/health/live", "/health/ready", "/api/v1/events/7"):
    answer = client.get(path)
    print(path, answer.status_code, answer.text)

# %% origins
settings = Settings(backend_cors_origins=["https://front.example"], **QUIET)
client = TestClient(create_app(settings), base_url="https://testserver")
for origin in ("https://front.example", "https://evil.example"):
    answer = client.get("/api/v1/auth/me", headers={"Origin": origin})
    print(origin, answer.status_code)
    for name, value in sorted(answer.headers.items()):
        if not name.startswith(("content-l", "content-t", "x-request")):
            print(f"  {name}: {value}")

# %% log
logging.disable(logging.NOTSET)
stdout, sys.stdout = sys.stdout, io.StringIO()
client = TestClient(create_app(Settings(log_format="json")))
client.get(
    "/api/v1/events/7?token=a-secret-of-somebody",
    headers={"X-Request-ID": "from-the-proxy-42"},
)
written, sys.stdout = sys.stdout.getvalue(), stdout
for line in written.splitlines():
    entry = json.loads(line)
    if entry["logger"].startswith("app."):
        entry |= {"ts": "…", "duration_ms": "…"}
        print(json.dumps(entry, ensure_ascii=False, indent=1))

# %% sigterm
socket = str(Path(tempfile.mkdtemp()) / "app.sock")
server = subprocess.Popen(
    [sys.executable, "-m", "uvicorn", "app.main:app", "--uds", socket],
    cwd=FOLDER,
    env={**os.environ, "DRAIN_SECONDS": "4"},
    stdout=subprocess.DEVNULL,
    stderr=subprocess.DEVNULL,
)
retrying = httpx2.HTTPTransport(uds=socket, retries=10)
client = httpx2.Client(transport=retrying, base_url="http://localhost")
PATHS = ("/health/live", "/health/ready", "/api/v1/events/")
print("before ", *(client.get(path).status_code for path in PATHS))
server.send_signal(signal.SIGTERM)
while client.get("/health/ready").status_code == 200:
    pass
print("SIGTERM", *(client.get(path).status_code for path in PATHS))
client.close()
print("the process has ended:", server.wait(30) is not None)

# %% pipe
for options in ("", "set -o pipefail; "):
    done = subprocess.run(
        ["bash", "-c", f"{options}false | gzip | wc --bytes"],
        capture_output=True,
        text=True,
        check=False,
    )
    print(
        f"{options or 'as it is; '}bytes: {done.stdout.strip()},",
        "exit code:",
        done.returncode,
    )

# %% series
app = create_app(Settings(metrics_token="only-for-this-page", **QUIET))
client = TestClient(app)


def series() -> int:
    """The series of http_requests_total in one scrape."""
    bearer = {"Authorization": "Bearer only-for-this-page"}
    lines = client.get("/metrics", headers=bearer).text.splitlines()
    return sum(line.startswith("http_requests_total{") for line in lines)


before = series()
for number in range(100):
    client.get(f"/api/v1/events/{1000 + number}")
    client.get(f"/wp-login-{number}.php")
print("200 addresses, new series:", series() - before)

# %% graphql
Event, User = day7.models.Event, day7.models.User
with app.state.sessions() as session:
    for number in range(20):
        user = User(
            email=f"user-{number}@example.com",
            full_name=f"User {number}",
            hashed_password="-",
            created_at=DAY_ONE,
        )
        session.add(user)
        session.flush()
        session.add(
            Event(
                title=f"Event {number}",
                organizer_id=user.id,
                start_time=DAY_ONE,
                end_time=DAY_ONE + timedelta(hours=2),
                created_at=DAY_ONE,
            )
        )
    session.commit()


def ask(query: str) -> None:
    """The statements and the answer, shortened."""
    with lab.sql() as sent:
        body = client.post("/graphql", json={"query": query}).json()
    print(len(sent), "statements;", ", ".join(body), end=": ")
    print(body.get("errors", [{}])[0].get("message", "20 events"))


ask("{ events { title organizer { fullName } } }")
ask("{ events { tasks { event { tasks { event { tasks { id } } } } } } }")
ask("{ events(pageSize: 100) { organizer { fullName } tasks { id } } }")
ask("{ events { organizer { email } } }")

# %% ticket
tickets = app.state.tickets
ticket = tickets.give(user_id=1)
print("first socket: user", tickets.take(ticket))
print("second socket: user", tickets.take(ticket))
