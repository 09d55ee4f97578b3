from fastapi.testclient import TestClient

from checks.notebooks.lab import Lab, brief

lab = Lab("day3-security")
day3 = lab.load("day3-security")
Settings, User = day3.core.config.Settings, day3.models.User
settings = Settings()
app = day3.main.create_app(settings)
client = TestClient(app)
PASSWORD = "correct horse battery"


def body(name: str) -> dict[str, str]:
    return {"email": f"{name}@example.com", "password": PASSWORD}


def log_in(name: str) -> dict[str, str]:
    return client.post("/api/auth/login", json=body(name)).json()


def bearer(pair: dict[str, str]) -> dict[str, str]:
    return {"Authorization": f"Bearer {pair['access_token']}"}


for name in ("olga", "boris", "anna"):
    client.post("/api/auth/register", json={**body(name), "full_name": name})
with app.state.sessions() as session:
    for user in session.query(User).filter(User.email != "anna@example.com"):
        user.role = day3.models.UserRole.ORGANIZER
    session.commit()


# %% reuse
def refresh(pair: dict[str, str]) -> dict[str, str] | int:
    token = {"refresh_token": pair["refresh_token"]}
    answer = client.post("/api/auth/refresh", json=token)
    return answer.json() if answer.status_code == 200 else answer.status_code


first = log_in("olga")
second = refresh(first)  # Olga: the first token is used now
third = refresh(second)  # Olga again
print("the thief sends the first token:", refresh(first))
print("Olga sends the third token:     ", refresh(third))
print("Olga logs in and refreshes:     ", *refresh(log_in("olga")))

# %% sql
pair = log_in("olga")
with lab.sql() as statements:
    refresh(pair)
print(*map(brief, statements), sep="\n")


# %% limit
def passed(redis_url: str | None) -> int:
    """How many of 12 attempts two processes let through, in turn."""
    limited = Settings(rate_limit_enabled=True, redis_url=redis_url)
    apps = [TestClient(day3.main.create_app(limited)) for _ in range(2)]
    attempts = [
        apps[number % 2].post("/api/auth/login", json=body("nobody"))
        for number in range(12)
    ]
    return sum(attempt.status_code != 429 for attempt in attempts)


print("each process counts for itself:", passed(None))
print("both count in Redis:           ", passed(settings.redis_url))

# %% refused
limited = Settings(rate_limit_enabled=True, redis_url=settings.redis_url)
answer = TestClient(day3.main.create_app(limited)).post(
    "/api/auth/login", json=body("olga")
)
print(answer.status_code, answer.reason_phrase)
print("content-type:", answer.headers["content-type"])
print(
    "retry-after, from 1 to 60:",
    0 < int(answer.headers["retry-after"]) <= 60,
)
print(answer.text)

# %% ownership
olga, boris, anna = (bearer(log_in(name)) for name in ("olga", "boris", "anna"))
TIMES = {"start_time": "2031-05-01T10:00Z", "end_time": "2031-05-01T12:00Z"}
event = client.post(
    "/api/events/", json={"title": "Party", **TIMES}, headers=olga
).json()
anna_id = client.get("/api/auth/me", headers=anna).json()["id"]
task = client.post(
    "/api/tasks/",
    json={
        "title": "Cake",
        "event_id": event["id"],
        "assigned_to_id": anna_id,
    },
    headers=olga,
).json()


def patch(headers: dict[str, str], **fields: object) -> int:
    address = f"/api/tasks/{task['id']}"
    return client.patch(address, json=fields, headers=headers).status_code


print("Boris, another organizer:     ", patch(boris, title="No cake"))
print("Anna, the assignee, status:   ", patch(anna, status="completed"))
print(
    "Anna, status and title:       ",
    patch(anna, status="todo", title="Pie"),
)
with app.state.sessions() as session:
    row = session.get(day3.models.Task, task["id"])
    print("the task in the database:     ", row.status, "|", row.title)
print("Olga, the event's organizer:   ", patch(olga, title="Two cakes"))


# %% logout
def me(pair: dict[str, str]) -> int:
    return client.get("/api/auth/me", headers=bearer(pair)).status_code


library, home = log_in("olga"), log_in("olga")
print("before:", me(library), me(home))
client.post(
    "/api/auth/logout",
    json={"refresh_token": library["refresh_token"]},
    headers=bearer(library),
)
print("after: ", me(library), me(home))
