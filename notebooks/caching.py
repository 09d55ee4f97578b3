# %% [markdown] tags=["lang-en"]
# # Caching, measured: hits, stale answers and stampedes
#
# About 50 minutes. It goes with [task 6.3](../../days/day6-performance/exercises/6.3-cache.md).
#
# A cache hit is a request for which PostgreSQL gets no statement. So you can count hits in the
# server's log, without trusting the cache. Here you count them. Then you build three well-known
# mistakes of caches, and see which line of the reference solution prevents each of them.
#
# Afterwards you can
#
# - say what belongs in a cache key, and what must never be in one,
# - explain when an invalidation is safe from a slow reader,
# - measure a cache stampede, and stop it.

# %% [markdown] tags=["lang-ru"]
# # Кэширование в числах: попадания, устаревшие ответы и лавины
#
# Около 50 минут. К [заданию 6.3](../../days/day6-performance/exercises/6.3-cache.ru.md).
#
# Попадание в кэш — это обращение, за которым PostgreSQL не получил запроса. Значит, попадания можно
# считать по журналу сервера, не доверяя кэшу. Здесь вы их посчитаете. Потом сделаете три известные
# ошибки кэшей и увидите, какая строка эталонного решения предотвращает каждую.
#
# После этого вы сможете
#
# - сказать, что должно быть в ключе кэша и чего там быть не должно;
# - объяснить, когда инвалидации не страшен медленный читатель;
# - измерить лавину запросов и остановить её.

# %% tags=["lang-en", "remove-cell"]
WORDS = {
    "requests": "requests",
    "statements": "statements in total",
    "on": "cache on",
    "off": "cache off",
    "write": "a new event",
    "readers": "concurrent misses",
    "made": "statements",
    "each": "without single flight",
    "flight": "with single flight",
    "ttl": "TTL, seconds",
    "hits": "hits",
    "stale": "stale answers",
}

# %% tags=["lang-ru", "remove-cell"]
WORDS = {
    "requests": "запросов к API",
    "statements": "запросов к базе, всего",
    "on": "с кэшем",
    "off": "без кэша",
    "write": "новое событие",
    "readers": "одновременных промахов",
    "made": "запросов к базе",
    "each": "без single flight",
    "flight": "с single flight",
    "ttl": "TTL, секунд",
    "hits": "попадания",
    "stale": "устаревшие ответы",
}

# %% [markdown] tags=["lang-en"]
# ## One app with a cache, one without
#
# Both apps are day 6's reference solution, on a real PostgreSQL; the first also uses a real Redis.

# %% [markdown] tags=["lang-ru"]
# ## Одно приложение с кэшем, другое без
#
# Оба приложения — эталонное решение шестого дня на настоящем PostgreSQL. У первого есть ещё и
# настоящий Redis.

# %%
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from fastapi.testclient import TestClient

from checks.notebooks.lab import Lab

lab = Lab("day6-performance")
day6 = lab.load("day6-performance")
Event, Task, User = day6.models.Event, day6.models.Task, day6.models.User
settings = day6.core.config.Settings()

app = day6.main.create_app(settings)
cached = TestClient(app)
plain = TestClient(
    day6.main.create_app(day6.core.config.Settings(cache_enabled=False))
)

# %%
DAY_ONE = datetime(2027, 1, 1, tzinfo=UTC)
PASSWORD = "correct horse battery"

with app.state.sessions() as session:
    organizer = User(
        email="ann@example.com",
        full_name="Ann",
        role="organizer",
        hashed_password=day6.core.security.hash_password(PASSWORD, 4),
    )
    session.add(organizer)
    session.flush()
    session.add_all(
        Event(
            title=f"Event {number}",
            start_time=DAY_ONE + timedelta(days=number),
            end_time=DAY_ONE + timedelta(days=number, hours=2),
            organizer_id=organizer.id,
            created_at=DAY_ONE,
        )
        for number in range(30)
    )
    other = User(
        email="bob@example.com", full_name="Bob", hashed_password="-"
    )
    session.add(other)
    session.flush()
    session.add_all(
        Task(
            title=f"For {each.full_name} only",
            event_id=1,
            assigned_to_id=each.id,
        )
        for each in (organizer, other)
    )
    session.commit()
    ANN, BOB = organizer.id, other.id

login = {"email": "ann@example.com", "password": PASSWORD}
token = cached.post("/api/v1/auth/login", json=login).json()["access_token"]
ann = {"Authorization": f"Bearer {token}"}


def ask(client: TestClient, **query: object) -> tuple[list[str], int]:
    """The titles of a page, and the number of statements for it."""
    with lab.sql() as sent:
        answer = client.get("/api/v1/events/", params=query)
    assert answer.status_code == 200
    return [event["title"] for event in answer.json()], len(sent)


def plan(title: str) -> None:
    """Create an event over HTTP, the earliest of all."""
    soon = DAY_ONE - timedelta(days=1)
    times = {
        "start_time": soon.isoformat(),
        "end_time": (soon + timedelta(hours=1)).isoformat(),
    }
    answer = cached.post(
        "/api/v1/events/", json={"title": title, **times}, headers=ann
    )
    assert answer.status_code == 201


lab.redis.flushdb()
_ = ask(plain, limit=1)  # connects; the driver sends statements of its own

# %% [markdown] tags=["lang-en"]
# ## Predict
#
# A hundred equal requests are sent to each app. How many statements does PostgreSQL get from the
# app without the cache, and how many from the app with it?

# %% [markdown] tags=["lang-ru"]
# ## Предскажите
#
# Каждому приложению отправлено по сто одинаковых обращений. Сколько запросов получит PostgreSQL от
# приложения без кэша и сколько от приложения с кэшем?

# %% tags=["predicted"]
without = sum(ask(plain, limit=20)[1] for _ in range(100))
with_cache = sum(ask(cached, limit=20)[1] for _ in range(100))
print(f"cache off: {without} statements")
print(f"cache on:  {with_cache} statement")

# %%
assert (without, with_cache) == (100, 1)

# %% [markdown] tags=["lang-en"]
# One miss, 99 hits. What does Redis store? Look at the keys, at their TTL (time to live), and at
# the first bytes of a value.

# %% [markdown] tags=["lang-ru"]
# Один промах и 99 попаданий. Что хранит Redis? Посмотрите на ключи, на их TTL (время жизни) и на
# первые байты значения.

# %%
for key in sorted(lab.redis.scan_iter("*")):
    left = lab.redis.ttl(key)
    assert 0 < left <= 24 * 60 * 60
    print(f"{key.decode()}  {lab.redis.strlen(key)} bytes")

(entry,) = lab.redis.scan_iter("eventure:v1:events:*")
assert 0 < lab.redis.ttl(entry) <= settings.cache_ttl_seconds
print(f"TTL of the page: {settings.cache_ttl_seconds} seconds at most")
body = lab.redis.get(entry)[day6.core.cache.SEAL :]
assert body == cached.get("/api/v1/events/?limit=20").content
print(f"\n{body[:61].decode()}…")

# %% [markdown] tags=["lang-en"]
# The value is the response body, behind a seal of 16 bytes. A hit sends the body as it is: no
# model, no connection, no statement.
#
# ## The key
#
# The first mistake is a key that contains only a part of the question. Suppose the key is the
# function's name, and nothing else. What does a second reader get, who requests page 2?

# %% [markdown] tags=["lang-ru"]
# Значение — это тело ответа, а перед ним печать из 16 байт. При попадании тело отправляется как
# есть: ни модели, ни соединения, ни запроса.
#
# ## Ключ
#
# Первая ошибка — ключ, в котором только часть вопроса. Пусть ключ — это имя функции, и больше
# ничего. Что получит второй читатель, который просит вторую страницу?


# %% tags=["predicted"]
def titles(skip: int, limit: int) -> str:
    """A page, from PostgreSQL."""
    with app.state.sessions() as session:
        found = day6.crud.event.get_many(
            session, day6.crud.event.Search(), skip, limit
        )
        return ", ".join(event.title for event in found)


cache = app.state.cache
for skip in (0, 3):
    seen = cache.get_or_make(
        "by-name", "", lambda skip=skip: titles(skip, 3).encode()
    )
    print(f"skip={skip}: {seen.decode()}")

# %%
assert seen == b"Event 0, Event 1, Event 2"
assert titles(3, 3) == "Event 3, Event 4, Event 5"

# %% [markdown] tags=["lang-en"]
# The second reader got the first reader's page: fast, and wrong.
#
# The opposite mistake is a key that contains more than the question. A decorator that uses
# `str(args)` puts the session into the key, too. Twenty equal requests are sent, each with a
# session of its own. How many statements are sent, and how many keys are stored?

# %% [markdown] tags=["lang-ru"]
# Второй читатель получил страницу первого: быстро и неверно.
#
# Обратная ошибка — ключ, в котором больше, чем вопрос. Декоратор, который берёт `str(args)`,
# помещает в ключ и сессию. Отправлено двадцать одинаковых обращений, у каждого своя сессия. Сколько
# будет запросов к базе и сколько ключей?


# %% tags=["predicted"]
def count_events(*args: object) -> bytes:
    """What a usual cache decorator does: look, query, store."""
    key = f"demo:count_events:{args}"
    kept = lab.redis.get(key)
    if kept is None:
        session, search = args
        kept = str(day6.crud.event.count(session, search)).encode()
        lab.redis.set(key, kept, ex=60)
    return kept


sessions = [app.state.sessions() for _ in range(20)]
with lab.sql() as sent:
    for session in sessions:
        count_events(session, day6.crud.event.Search())
        session.rollback()
keys = list(lab.redis.scan_iter("demo:*"))
print(f"{len(sent)} statements, {len(keys)} keys")

# %%
assert (len(sent), len(keys)) == (20, 20)
assert lab.redis.delete(*keys) == 20

# %% [markdown] tags=["lang-en"]
# Not one hit. It gets worse: `str(args)` contains the memory address of an object, and Python gives
# the address of an object that is gone to a new one. The decorator of the plan makes such a key:
# the function's name, `str(args)` and `str(kwargs)`. Ann asks for her tasks twenty times; the requests
# end, and the objects that stood for her are gone. Then Bob asks. What does he get?

# %% [markdown] tags=["lang-ru"]
# Ни одного попадания. Бывает и хуже: в `str(args)` стоит адрес объекта в памяти, а адрес исчезнувшего
# объекта Python отдаёт новому. Такой ключ строит декоратор из плана: имя функции, `str(args)` и
# `str(kwargs)`. Аня просит свои задачи двадцать раз; её запросы завершены, и объектов, которые её
# обозначали, больше нет. Потом просит Боб. Что он получит?


# %% tags=["predicted"]
class Caller:
    """Whoever is logged in, made anew for each request."""

    def __init__(self, user_id: int) -> None:
        self.user_id = user_id


def read_tasks(caller: Caller) -> bytes:
    query = sa.select(Task.title).where(
        Task.assigned_to_id == caller.user_id
    )
    with app.state.sessions() as session:
        return session.scalars(query).one().encode()


def by_arguments(*args: object, **kwargs: object) -> str:
    """The key of the plan."""
    return f"demo:my_tasks:{args!s}:{kwargs!s}"


def my_tasks(caller: Caller, key: str) -> str:
    kept = lab.redis.get(key)
    if kept is None:
        kept = read_tasks(caller)
        lab.redis.set(key, kept, ex=60)
    return kept.decode()


def at_one_of(addresses: set[str], user_id: int) -> Caller:
    """A new caller at the address of one that is gone."""
    others = []
    for _ in range(10_000):
        caller = Caller(user_id)
        if repr(caller) in addresses:
            return caller
        others.append(caller)
    raise AssertionError("no address was used again")


requests = [Caller(ANN) for _ in range(20)]
addresses = {repr(caller) for caller in requests}
print(
    "Ann:", {my_tasks(caller, by_arguments(caller)) for caller in requests}
)
requests.clear()
bob_calls = at_one_of(addresses, BOB)
leaked = my_tasks(bob_calls, by_arguments(bob_calls))
print("Bob:", leaked)

# %%
assert leaked == "For Ann only"

# %% [markdown] tags=["lang-en"]
# Bob reads Ann's task, with a correct login and without an error in any log. Under load nobody has
# to arrange the addresses: requests end all the time, and Python uses their memory again. With the
# id of the user in the key, each reads only what is theirs:

# %% [markdown] tags=["lang-ru"]
# Боб читает задачу Ани, войдя как положено, и ни в одном журнале нет ошибки. Под нагрузкой адреса
# подбирать не надо: обращения всё время заканчиваются, и Python использует их память снова. Если в
# ключе id пользователя, каждый читает только своё:

# %%
for caller in (Caller(ANN), Caller(BOB), Caller(ANN)):
    print(my_tasks(caller, f"demo:my_tasks:{caller.user_id}"))

assert my_tasks(bob_calls, f"demo:my_tasks:{BOB}") == "For Bob only"
keys = list(lab.redis.scan_iter("demo:*"))
assert lab.redis.delete(*keys) == 20 + 2

# %% [markdown] tags=["lang-en"]
# The reference solution goes one step further and caches nothing that depends on the user (see
# "Why?" below). It hashes `filters.model_dump_json(), page.skip, page.limit`, behind a name
# that is unique to the route. This key contains the whole question with its defaults, and nothing
# about the client:

# %% [markdown] tags=["lang-ru"]
# Эталонное решение делает ещё шаг и не кэширует ничего, что зависит от пользователя (см. «Почему?»
# ниже). Оно считает хеш от `filters.model_dump_json(), page.skip, page.limit` и ставит перед
# ним имя, которое есть только у этого маршрута. В таком ключе весь вопрос вместе со значениями по
# умолчанию и ничего о клиенте:

# %%
QUERIES = [
    {},
    {"limit": 3},
    {"skip": 3},
    {"order": "desc"},
    {"sort_by": "start_time"},
]
for query in QUERIES:
    print(f"{query!s:26} {ask(cached, **query)[1]} statements")
    assert ask(cached, **query) == (ask(plain, **query)[0], 0)

# %% [markdown] tags=["lang-en"]
# The last query is a hit at once: `sort_by=start_time` is the default, so the question is the same
# as the first one.
#
# ## Invalidation
#
# Somebody creates an event. After that, any cached page may be stale, and only PostgreSQL knows
# which ones. So the app invalidates all of them: it replaces one random word in Redis, the
# generation. How many statements do the next two requests cost?

# %% [markdown] tags=["lang-ru"]
# Последний запрос сразу дал попадание: `sort_by=start_time` — значение по умолчанию, поэтому вопрос
# тот же, что и первый.
#
# ## Инвалидация
#
# Кто-то создал событие. После этого любая страница в кэше может быть устаревшей, а какая именно,
# знает только PostgreSQL. Поэтому приложение инвалидирует все: заменяет в Redis одно случайное
# слово, поколение. Во сколько запросов обойдутся два следующих обращения?

# %% tags=["predicted"]
before, _ = ask(cached, limit=3)
entries = sorted(lab.redis.scan_iter("eventure:v1:events:*"))
plan("Breakfast")
assert sorted(lab.redis.scan_iter("eventure:v1:events:*")) == entries
print("entries still stored:", len(entries))
for _ in range(2):
    found, cost = ask(cached, limit=3)
    print(f"{cost} statements: {', '.join(found)}")

# %%
assert found == ["Breakfast", "Event 0", "Event 1"] != before
assert cost == 0

# %% [markdown] tags=["lang-en"]
# Nothing was deleted. Each entry is sealed with the *generation*, a random word that Redis stores,
# and a change replaces the word. The seal of the old entries no longer matches, so they are misses.
# Their TTL removes them later.
#
# ### Why a random word, and not a counter?
#
# A counter does the same in fewer bytes, until Redis loses it: after a restart, or when memory runs
# short. What does a reader see then?

# %% [markdown] tags=["lang-ru"]
# Ничего не удалено. Каждая запись запечатана *поколением* (generation), случайным словом, которое
# хранит Redis, а изменение заменяет это слово. Печать старых записей больше не совпадает, и каждая
# из них даёт промах. Удалит их потом TTL.
#
# ### Почему случайное слово, а не счётчик?
#
# Счётчик делает то же самое, и байтов в нём меньше, пока Redis его не потеряет: после перезапуска
# или когда не хватило памяти. Что тогда увидит читатель?


# %% tags=["predicted"]
def by_counter(make: str) -> str:
    """A cache whose generation is a number."""
    number = int(lab.redis.get("demo:generation") or 0)
    key = f"demo:title:{number}"
    if lab.redis.get(key) is None:
        lab.redis.set(key, make, ex=60)
    return lab.redis.get(key).decode()


by_counter("the old title")
lab.redis.incr("demo:generation")
assert by_counter("the new title") == "the new title"

lab.redis.delete("demo:generation", day6.core.cache.GENERATION)
seen = by_counter("the new title")
print("counter:", seen)
print("word:   ", f"{ask(cached, limit=3)[1]} statement: a miss")

# %%
assert seen == "the old title"
assert ask(cached, limit=3)[0][0] == "Breakfast"

# %% [markdown] tags=["lang-en"]
# The counter started again at 0, where the stale entry was still stored. A random word does not
# repeat.
#
# ## Two races
#
# The second mistake is to invalidate at the wrong moment. There are two such race conditions, and
# the order of two lines prevents only one of them. You need no threads to see them: the code runs
# the second reader between two steps of the first.

# %% [markdown] tags=["lang-ru"]
# Счётчик снова начал с нуля, а под нулём ещё лежала устаревшая запись. Случайное слово не
# повторяется.
#
# ## Две гонки
#
# Вторая ошибка — инвалидация не в тот момент. Таких состояний гонки два, и порядок двух строк
# предотвращает только одно. Чтобы их увидеть, потоки не нужны: код выполняет второго читателя между
# двумя шагами первого.

# %%
from collections.abc import Callable


def read() -> bytes:
    with app.state.sessions() as session:
        return session.scalar(
            sa.select(Event.title).where(Event.id == 1)
        ).encode()


def rename(title: str) -> None:
    """In the app's own session, which invalidates its cache after the commit."""
    with app.state.sessions() as session:
        session.get(Event, 1).title = title
        session.commit()


class Deleting:
    """What most caches do: a change deletes the key."""

    KEY = "demo:title"

    def get_or_make(self, make: Callable[[], bytes]) -> bytes:
        kept = lab.redis.get(self.KEY)
        if kept is None:
            kept = make()
            lab.redis.set(self.KEY, kept, ex=60)
        return kept

    def invalidate(self) -> None:
        lab.redis.delete(self.KEY)


def invalidate_then_commit() -> bytes:
    """A reader between the two stores what the commit makes stale."""
    deleting = Deleting()
    with app.state.sessions() as session:
        session.get(Event, 1).title = "new"
        session.flush()
        deleting.invalidate()
        deleting.get_or_make(read)
        session.commit()
    return deleting.get_or_make(read)


def slow_reader() -> bytes:
    """The right order; but a reader reads before, and stores after."""
    deleting = Deleting()

    def slow() -> bytes:
        seen = read()
        rename("new")
        deleting.invalidate()
        return seen

    deleting.get_or_make(slow)
    return deleting.get_or_make(read)


def slow_reader_and_generation() -> bytes:
    """The same reader, and the reference solution's cache."""

    def slow() -> bytes:
        seen = read()
        rename("new")
        return seen

    cache.get_or_make("title", "1", slow)
    return cache.get_or_make("title", "1", read)


# %% [markdown] tags=["lang-en"]
# In which of the three cases does the next reader see the new title?

# %% [markdown] tags=["lang-ru"]
# В каком из трёх случаев следующий читатель увидит новое название?

# %% tags=["predicted"]
outcomes = []
for race in (
    invalidate_then_commit,
    slow_reader,
    slow_reader_and_generation,
):
    rename("old")
    lab.redis.delete(Deleting.KEY)
    outcomes.append(race().decode())
    print(f"{race.__name__:28} {outcomes[-1]}")

# %%
assert outcomes == ["old", "old", "new"]
rename("Event 0")

# %% [markdown] tags=["lang-en"]
# In the second race the order of the lines is right, and still the cache returns a stale title
# until the TTL ends. The generation prevents this, because the reader remembers it *before* the
# query to PostgreSQL: the reader's entry is sealed with the old generation and is a miss.
#
# ## Hit rate over TTL
#
# How long may an entry live? Here the reference's cache runs on a store with a clock of its own, so
# an hour takes no time. One question is asked every ten seconds on average, five thousand times; the
# answer changes every two minutes, and nobody invalidates. Which share of the requests hits with a
# TTL of 10 seconds, and which with 300? Which share gets a stale answer?

# %% [markdown] tags=["lang-ru"]
# Во второй гонке порядок строк верный, и всё же кэш возвращает устаревшее название, пока не
# кончится TTL. Поколение это предотвращает, потому что читатель запоминает его *до* запроса к
# PostgreSQL: запись такого читателя запечатана старым поколением и даёт промах.
#
# ## Доля попаданий и TTL
#
# Сколько может жить запись? Здесь кэш эталонного решения работает с хранилищем, у которого свои
# часы, и час проходит мгновенно. Один и тот же вопрос задают в среднем раз в десять секунд, пять
# тысяч раз; ответ меняется каждые две минуты, и никто не инвалидирует. Какая доля обращений попадёт
# в кэш при TTL 10 секунд и какая при 300? Какая доля получит устаревший ответ?


# %%
from random import Random


class ClockedStore:
    """What the cache calls of Redis, with a clock that the test sets."""

    def __init__(self) -> None:
        self.now = 0.0
        self.kept: dict[str, tuple[bytes, float]] = {}

    def get(self, key: str) -> bytes | None:
        value, ends = self.kept.get(key, (b"", 0.0))
        return value if ends > self.now else None

    def mget(self, *keys: str) -> list[bytes | None]:
        return [self.get(key) for key in keys]

    def set(
        self, key: str, value: str | bytes, ex: int, nx: bool = False
    ) -> None:
        if nx and self.get(key) is not None:
            return
        raw = value.encode() if isinstance(value, str) else value
        self.kept[key] = raw, self.now + ex


REQUESTS, PAUSE, CHANGES = 5000, 10, 120


def rates(ttl: int) -> tuple[float, float]:
    """The shares of hits and of stale answers."""
    store, random, made, stale = ClockedStore(), Random(6), 0, 0  # noqa: S311
    timed = day6.core.cache.Cache(store, ttl)

    def make() -> bytes:
        nonlocal made
        made += 1
        return str(int(store.now // CHANGES)).encode()

    for _ in range(REQUESTS):
        store.now += random.expovariate(1 / PAUSE)
        seen = int(timed.get_or_make("clock", "", make))
        stale += seen != int(store.now // CHANGES)
    return 1 - made / REQUESTS, stale / REQUESTS


# %% tags=["predicted"]
TTLS = (1, 5, 10, 30, 60, 120, 300)
shares = {ttl: rates(ttl) for ttl in TTLS}
for ttl, (hits, stale) in shares.items():
    print(f"TTL {ttl:3} s: {hits:4.0%} hits, {stale:4.0%} stale")

# %%
assert all(
    abs(hits - ttl / (ttl + PAUSE)) < 0.03
    for ttl, (hits, _) in shares.items()
)
assert shares[300][1] > 0.5 > 10 * shares[10][1] > 0

# %% tags=["plot"] alt_en="A line chart by TTL from 1 to 300 seconds. The share of hits rises steeply to a half at 10 seconds and then ever more slowly to nearly all at 300. The share of stale answers stays low up to 10 seconds and rises to more than a half at 300." alt_ru="График по TTL от 1 до 300 секунд. Доля попаданий круто поднимается до половины при 10 секундах, а дальше всё медленнее, почти до единицы при 300. Доля устаревших ответов до 10 секунд мала и поднимается выше половины при 300."
import matplotlib.pyplot as plt

plt.style.use("../eventure.mplstyle")
figure, axes = plt.subplots()
looks = {"hits": "o-", "stale": "s--"}
for index, (name, look) in enumerate(looks.items()):
    percent = [100 * shares[ttl][index] for ttl in TTLS]
    axes.plot(TTLS, percent, look, label=WORDS[name])
axes.set(xlabel=WORDS["ttl"], ylabel="%", ylim=(0, 100))
axes.legend()
plt.show()

# %% [markdown] tags=["lang-en"]
# With one request every 10 seconds, a TTL of T hits in T / (T + 10) of the cases: half at 10, nine
# of ten at 90. Ten times the TTL brings the hits from 50 % to 91 %, and the stale answers grow as
# well. A TTL alone is a choice between the two. With invalidation you need not choose.
#
# ## A stampede
#
# The third mistake is the cache stampede, also called thundering herd; the reference solution has
# it, too. An entry has just been invalidated, and twelve readers miss at the same moment. How many
# statements are sent? Here no reader continues before all of them have looked, so all of them miss.

# %% [markdown] tags=["lang-ru"]
# Когда обращение приходит раз в 10 секунд, TTL в T секунд даёт попадание в T / (T + 10) случаев:
# половина при 10, девять из десяти при 90. В десять раз больший TTL поднимает долю попаданий с 50 до
# 91 %, но растут и устаревшие ответы. Один только TTL — это выбор между тем и другим. С инвалидацией
# выбирать не надо.
#
# ## Лавина
#
# Третья ошибка — лавина запросов (cache stampede, thundering herd); она есть и у эталонного
# решения. Запись только что инвалидирована, и двенадцать читателей промахиваются в один момент.
# Сколько будет запросов? Здесь ни один читатель не идёт дальше, пока не посмотрели все, поэтому
# промахиваются все.

# %%
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock, local
from typing import Any

Cache = day6.core.cache.Cache


def stampede(kind: type[Cache], readers: int) -> int:
    """The statements that so many concurrent misses cost."""
    store = day6.core.cache.create_cache(settings).store
    here, all_looked, look = local(), Barrier(readers), store.mget

    def look_together(*keys: Any) -> Any:
        kept = look(*keys)
        if not hasattr(here, "looked"):
            here.looked = True
            all_looked.wait(timeout=60)
        return kept

    store.mget = look_together
    shared = kind(store, ttl=60)
    day6.core.cache.renew(lab.redis)
    with lab.sql() as sent, ThreadPoolExecutor(readers) as threads:
        answers = threads.map(
            lambda _: shared.get_or_make(
                "stampede", "", lambda: titles(0, 3).encode()
            ),
            range(readers),
        )
        assert set(answers) == {b"Breakfast, Event 0, Event 1"}
    return len(sent)


# %% tags=["predicted"]
print(f"12 readers: {stampede(Cache, 12)} statements")

# %% [markdown] tags=["lang-en"]
# Twelve statements for twelve readers. A hundred readers would cost a hundred statements, and many
# readers come at once just when the load is highest.
#
# **Single flight**: one reader makes the answer; the others that miss wait for it and look again.
# The last hint of task 6.3 leaves this to you. One way is a lock for each question:

# %% [markdown] tags=["lang-ru"]
# Двенадцать запросов на двенадцать читателей. Сто читателей стоили бы ста запросов, а сразу много
# читателей приходит как раз при самой большой нагрузке.
#
# **Один за всех** (single flight): ответ готовит один читатель, а остальные промахнувшиеся ждут его
# и смотрят ещё раз. Последняя подсказка задания 6.3 оставляет это вам. Один из способов — замок на
# каждый вопрос:


# %%
class SingleFlight(Cache):
    """Of the threads that miss one question at once, one makes the answer."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.locks: dict[tuple[str, str], Lock] = {}

    def get_or_make(
        self, name: str, asked: str, make: Callable[[], bytes]
    ) -> bytes:
        """A hit takes no lock. A reader that waited looks again, and hits."""
        lock = self.locks.setdefault((name, asked), Lock())

        def make_once() -> bytes:
            with lock:
                return super(SingleFlight, self).get_or_make(
                    name, asked, make
                )

        return super().get_or_make(name, asked, make_once)


# %% tags=["predicted"]
READERS = (1, 2, 4, 8, 12)
each = [stampede(Cache, readers) for readers in READERS]
flight = [stampede(SingleFlight, readers) for readers in READERS]
print("readers:      ", READERS)
print("without:      ", each)
print("single flight:", flight)

# %%
assert each == list(READERS)
assert flight == [1] * len(READERS)

# %% [markdown] tags=["lang-en"]
# The lock belongs to one process. Four processes make the answer four times, which is four and not
# four hundred. And a lock for each question ever asked is a memory leak; a production version
# removes unused locks.
#
# ## A hundred requests in two charts
#
# A hundred requests, with three new events among them. The left chart shows the statements that
# PostgreSQL gets, the right one the stampede.

# %% [markdown] tags=["lang-ru"]
# Замок принадлежит одному процессу. Четыре процесса приготовят ответ четыре раза: четыре, а не
# четыреста. А замок на каждый вопрос, который когда-либо задали, — это утечка памяти; в продакшене
# ненужные замки удаляют.
#
# ## Сто обращений на двух графиках
#
# Сто обращений, и среди них три новых события. Слева — сколько запросов получил PostgreSQL, справа
# — лавина.

# %%
WRITES = (30, 60, 90)
paid: dict[str, list[int]] = {"on": [], "off": []}
for number in range(100):
    if number in WRITES:
        plan(f"Written before request {number}")
    pages = {}
    for name, client in (("on", cached), ("off", plain)):
        pages[name], cost = ask(client, limit=20)
        paid[name].append(sum(paid[name][-1:]) + cost)
    assert pages["on"] == pages["off"]
print({name: costs[-1] for name, costs in paid.items()})

assert paid["off"][-1] == 100
assert paid["on"][-1] == 1 + len(WRITES)

# %% tags=["plot"] alt_en="Two line charts. Left, statements in total over 100 requests: without the cache a straight line to 100; with it one step at the first request and one after each of three writes, to 4. Right, statements by concurrent misses, from 1 to 12: without single flight the line climbs to 12, with it the line stays at 1." alt_ru="Два графика. Слева запросы к базе, накопленные за 100 обращений: без кэша прямая до 100, с кэшем одна ступенька при первом обращении и по одной после каждой из трёх записей, всего 4. Справа запросы к базе в зависимости от числа одновременных промахов, от 1 до 12: без single flight линия доходит до 12, с ним остаётся на 1."
figure, (left, right) = plt.subplots(1, 2)
left.plot(paid["off"], "-", label=WORDS["off"])
left.plot(paid["on"], "--", drawstyle="steps-post", label=WORDS["on"])
for number, write in enumerate(WRITES):
    label = WORDS["write"] if number == 0 else None
    left.axvline(write, color="#757575", linestyle=":", label=label)
left.set(xlabel=WORDS["requests"], ylabel=WORDS["statements"])
left.legend()
right.plot(READERS, each, "o-", label=WORDS["each"])
right.plot(READERS, flight, "s--", label=WORDS["flight"])
right.set(xlabel=WORDS["readers"], ylabel=WORDS["made"], xticks=READERS)
right.legend()
plt.show()

# %% [markdown] tags=["lang-en"]
# ## Without Redis
#
# One more prediction. The app is started with the address of a Redis that does not exist. What do
# the clients see during five requests, and how many statements does PostgreSQL get?

# %% [markdown] tags=["lang-ru"]
# ## Без Redis
#
# Предскажите ещё раз. Приложение запущено с адресом Redis, которого нет. Что увидят клиенты за пять
# обращений и сколько запросов получит PostgreSQL?

# %% tags=["predicted"]
import logging

complaints: list[logging.LogRecord] = []
log = logging.getLogger("app.core.cache")
log.addFilter(complaints.append)  # kept, and not printed

nowhere = day6.core.config.Settings(redis_url="redis://127.0.0.1:1/0")
alone = TestClient(day6.main.create_app(nowhere))
ask(alone, limit=1)
answers = [ask(alone, limit=3) for _ in range(5)]
print([cost for _, cost in answers], "statements")
print("reported in the log:", bool(complaints))

# %%
assert answers == [ask(plain, limit=3)] * 5
assert complaints

# %% [markdown] tags=["lang-en"]
# Without Redis every request is a miss, not an error: slower, but correct, and the log reports it.
#
# ## Why?
#
# <details>
# <summary>Why does a TTL not replace invalidation?</summary>
#
# A TTL limits how long the cache may return a stale answer, and allows it until then. The TTL
# removes entries that nobody reads any more; the generation decides whether an entry is still
# valid.
#
# </details>
#
# <details>
# <summary>Why does the cache invalidate everything, and not only the pages that changed?</summary>
#
# To find the changed pages, the app would have to check for each filter and each page whether the
# event was on it, or is now. That is the query itself. There are many reads between two changes, so
# one miss per question is cheap.
#
# </details>
#
# <details>
# <summary>Why may `my-tasks` not be cached here?</summary>
#
# Its answer depends on the user, and the user is not part of the key. With the user in the key,
# there is an entry for each user, which only that user can hit; and one mistake in the key shows it
# to another user.
#
# </details>
#
# <details>
# <summary>Why does the reader remember the generation before the query, and not when it stores the answer?</summary>
#
# Another transaction may commit during the query. A generation that is read afterwards is already
# the new one, and would seal the stale answer: that is the second race again.
#
# </details>
#
# ## Key points
#
# - Count hits at the database: a request without a statement is a hit.
# - A cache key is the whole question and nothing else. A key with less returns wrong answers, a key
#   with more never hits.
# - Invalidate after the commit; and remember the generation before the query.
# - A random generation is safe even when Redis loses it.
# - N readers who miss at once cost N statements, unless single flight makes them wait for one.

# %% [markdown] tags=["lang-ru"]
# Без Redis каждое обращение — промах, а не ошибка: медленнее, зато верно, и журнал об этом
# сообщает.
#
# ## Почему?
#
# <details>
# <summary>Почему TTL не заменяет инвалидацию?</summary>
#
# TTL ограничивает, как долго кэш может возвращать устаревший ответ, а до этого срока разрешает. TTL
# удаляет записи, которых уже никто не читает; действительна ли запись, решает поколение.
#
# </details>
#
# <details>
# <summary>Почему кэш инвалидирует всё, а не только изменившиеся страницы?</summary>
#
# Чтобы найти изменившиеся страницы, пришлось бы проверить каждый фильтр и каждую страницу: было ли
# на ней событие и есть ли теперь. А это и есть сам запрос. Между двумя изменениями читают много
# раз, поэтому один промах на вопрос обходится дёшево.
#
# </details>
#
# <details>
# <summary>Почему `my-tasks` здесь кэшировать нельзя?</summary>
#
# Ответ зависит от пользователя, а пользователя в ключе нет. Если добавить его в ключ, у каждого
# пользователя будет своя запись, и попадать в неё будет он один; а ошибка в ключе покажет её
# другому.
#
# </details>
#
# <details>
# <summary>Почему читатель запоминает поколение до запроса, а не когда сохраняет ответ?</summary>
#
# Во время запроса может зафиксироваться другая транзакция. Поколение, прочитанное после запроса,
# было бы уже новым и запечатало бы устаревший ответ: снова вторая гонка.
#
# </details>
#
# ## Главное
#
# - Считайте попадания на стороне базы: обращение без запроса к базе — попадание.
# - Ключ кэша — это весь вопрос и ничего больше. С меньшим ключом ответы неверны, с большим
#   попаданий нет.
# - Инвалидируйте после коммита, а поколение запоминайте до запроса.
# - Случайное поколение надёжно и тогда, когда Redis его потерял.
# - N читателей, промахнувшихся разом, стоят N запросов, если single flight не заставит их ждать
#   одного.

# %% tags=["remove-cell"]
lab.close()
