# %% [markdown] tags=["lang-en"]
# # A cache, counted: hits, lies and stampedes
#
# About 40 minutes. It goes with [task 6.3](../../days/day6-performance/exercises/6.3-cache.md).
#
# A hit is a question that PostgreSQL was not asked. So you can count hits on the server's side, in
# its log, without believing a word of the cache. Here you count them; then you build the three
# mistakes that caches are known for, and see which line of the reference solution rules each out.
#
# Afterwards you can
#
# - say what belongs into a key, and what must never stand in one,
# - tell when a written change is safe from a reader who was slower,
# - count a stampede, and stop it.

# %% [markdown] tags=["lang-ru"]
# # Кэш и счёт: попадания, враньё и лавины
#
# Около 40 минут. К [заданию 6.3](../../days/day6-performance/exercises/6.3-cache.ru.md).
#
# Попадание — это вопрос, который PostgreSQL не задали. Значит, попадания можно считать на стороне
# сервера, по его журналу, и не верить кэшу на слово. Здесь вы их посчитаете, а потом сделаете три
# ошибки, которыми кэши славятся, и увидите, какая строка эталонного решения исключает каждую.
#
# После этого вы сможете
#
# - сказать, что должно стоять в ключе и чего там быть не может;
# - понять, когда изменению уже не страшен читатель, который опоздал;
# - посчитать лавину и остановить её.

# %% tags=["lang-en", "remove-cell"]
WORDS = {
    "requests": "requests",
    "statements": "statements, added up",
    "on": "cache on",
    "off": "cache off",
    "write": "a new event",
    "readers": "readers who miss at once",
    "made": "statements",
    "each": "each for himself",
    "flight": "single flight",
}

# %% tags=["lang-ru", "remove-cell"]
WORDS = {
    "requests": "запросов к API",
    "statements": "запросов к базе, всего",
    "on": "с кэшем",
    "off": "без кэша",
    "write": "новое событие",
    "readers": "читателей промахнулись разом",
    "made": "запросов к базе",
    "each": "каждый сам",
    "flight": "один за всех",
}

# %% [markdown] tags=["lang-en"]
# ## One app with a cache, one without
#
# Both are day 6's reference solution, on a real PostgreSQL; the first has a real Redis besides.

# %% [markdown] tags=["lang-ru"]
# ## Одно приложение с кэшем, другое без
#
# Оба — эталонное решение шестого дня на настоящем PostgreSQL. У первого есть ещё и настоящий Redis.

# %%
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from fastapi.testclient import TestClient

from checks.notebooks.lab import Lab

lab = Lab("day6-performance")
day6 = lab.load("day6-performance")
Event, User = day6.models.Event, day6.models.User
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
    session.commit()

login = {"email": "ann@example.com", "password": PASSWORD}
token = cached.post("/api/v1/auth/login", json=login).json()["access_token"]
ann = {"Authorization": f"Bearer {token}"}


def ask(client: TestClient, **query: object) -> tuple[list[str], int]:
    """The titles of a page, and how many statements PostgreSQL got for it."""
    with lab.sql() as sent:
        answer = client.get("/api/v1/events/", params=query)
    assert answer.status_code == 200
    return [event["title"] for event in answer.json()], len(sent)


def plan(title: str) -> None:
    """A new event, by HTTP as a client would; it is the soonest of all."""
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
_ = ask(plain, limit=1)  # connects, and the driver asks things of its own

# %% [markdown] tags=["lang-en"]
# ## Predict
#
# A hundred equal requests to each app. How many statements does PostgreSQL get from the one, and
# how many from the other?

# %% [markdown] tags=["lang-ru"]
# ## Предскажите
#
# По сто одинаковых запросов к каждому приложению. Сколько запросов получит PostgreSQL от одного и
# сколько от другого?

# %% tags=["predicted"]
without = sum(ask(plain, limit=20)[1] for _ in range(100))
with_cache = sum(ask(cached, limit=20)[1] for _ in range(100))
print(f"cache off: {without} statements")
print(f"cache on:  {with_cache} statement")

# %%
assert (without, with_cache) == (100, 1)

# %% [markdown] tags=["lang-en"]
# One miss, 99 hits. What is it that Redis keeps? Look at the keys, at the time they have, and at
# what a value begins with.

# %% [markdown] tags=["lang-ru"]
# Один промах и 99 попаданий. Что же хранит Redis? Посмотрите на ключи, на отведённое им время и на
# начало значения.

# %%
for key in sorted(lab.redis.scan_iter("*")):
    left = lab.redis.ttl(key)
    assert 0 < left <= 24 * 60 * 60
    print(f"{key.decode()}  {lab.redis.strlen(key)} bytes")

(entry,) = lab.redis.scan_iter("eventure:v1:events:*")
assert 0 < lab.redis.ttl(entry) <= settings.cache_ttl_seconds
print(f"the second one for {settings.cache_ttl_seconds} seconds at most")
body = lab.redis.get(entry)[day6.core.cache.SEAL :]
assert body == cached.get("/api/v1/events/?limit=20").content
print(f"\n{body[:61].decode()}…")

# %% [markdown] tags=["lang-en"]
# The answer's own bytes, behind a seal of 16. A hit sends them as they are: no model, no connection,
# no statement.
#
# ## The key
#
# First mistake: a key that forgets part of the question. Say it is named after the function, and
# nothing else. What does the second reader get, who asks for page 2?

# %% [markdown] tags=["lang-ru"]
# Сами байты ответа, а перед ними печать из 16 байт. При попадании они уходят как есть: ни модели,
# ни соединения, ни запроса.
#
# ## Ключ
#
# Первая ошибка: ключ, который забыл часть вопроса. Пусть он назван по имени функции, и всё. Что
# получит второй читатель, который просит вторую страницу?


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
# The second reader got the first one's page: fast, and wrong.
#
# The opposite mistake is a key that holds more than the question. A decorator that takes
# `str(args)` takes the session, too. Twenty equal requests, each with a session of its own: how
# many statements, and how many keys?

# %% [markdown] tags=["lang-ru"]
# Второй читатель получил страницу первого: быстро и неверно.
#
# Обратная ошибка — ключ, в котором больше, чем вопрос. Декоратор, который берёт `str(args)`, берёт
# и сессию. Двадцать одинаковых запросов, у каждого своя сессия: сколько запросов к базе и сколько
# ключей?


# %% tags=["predicted"]
def count_events(*args: object) -> bytes:
    """A decorator of the usual kind, written out: looks, asks, keeps."""
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
# Not one hit. And that is the better half of it: the address of a session that is gone is given to
# another. Then one of these keys is hit by somebody whom it does not concern.
#
# The reference solution hashes `filters.model_dump_json(), page.skip, page.limit` behind a name that
# belongs to the route. All of the question, with its defaults, and nothing of who asks:

# %% [markdown] tags=["lang-ru"]
# Ни одного попадания. И это ещё хорошо: адрес исчезнувшей сессии достаётся другой. Тогда в такой
# ключ попадёт тот, кого он не касается.
#
# Эталонное решение считает хеш от `filters.model_dump_json(), page.skip, page.limit` и ставит перед
# ним имя, которое есть только у этого маршрута. Весь вопрос вместе со значениями по умолчанию и
# ничего о том, кто спросил:

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
# The last one is a hit at once: `sort_by=start_time` is the default, so it is the first question in
# other words.
#
# ## To forget
#
# Somebody plans an event. From then on any page may be wrong: which ones, only PostgreSQL knows. So
# all are forgotten, by one word that changes. How many statements do the next two requests cost?

# %% [markdown] tags=["lang-ru"]
# Последний сразу попал: `sort_by=start_time` — значение по умолчанию, так что это первый вопрос
# другими словами.
#
# ## Забыть
#
# Кто-то создал событие. С этой минуты неверной может быть любая страница, а какая — знает только
# PostgreSQL. Поэтому забывают все, одним словом, которое сменилось. Во сколько запросов обойдутся
# два следующих обращения?

# %% tags=["predicted"]
before, _ = ask(cached, limit=3)
entries = sorted(lab.redis.scan_iter("eventure:v1:events:*"))
plan("Breakfast")
assert sorted(lab.redis.scan_iter("eventure:v1:events:*")) == entries
print("the entries are all still there:", len(entries))
for _ in range(2):
    found, cost = ask(cached, limit=3)
    print(f"{cost} statements: {', '.join(found)}")

# %%
assert found == ["Breakfast", "Event 0", "Event 1"] != before
assert cost == 0

# %% [markdown] tags=["lang-en"]
# Nothing was deleted. Each entry is sealed with the *generation*, a random word that Redis keeps,
# and a change replaces the word. The old entries do not fit their seal any more; their TTL clears
# them away.
#
# ### Why a word, and not a counter?
#
# A counter does the same in fewer bytes. Until Redis loses it: a restart, or memory that ran short.
# What does the reader see?

# %% [markdown] tags=["lang-ru"]
# Никто ничего не удалял. Каждая запись запечатана *поколением*, случайным словом, которое хранит
# Redis, а изменение ставит другое слово. Старым записям печать больше не подходит; уберёт их TTL.
#
# ### Почему слово, а не счётчик?
#
# Счётчик делает то же самое, и байтов в нём меньше. Пока Redis его не потеряет: перезапуск или
# кончилась память. Что увидит читатель?


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
print("word:   ", f"{ask(cached, limit=3)[1]} statement, so asked anew")

# %%
assert seen == "the old title"
assert ask(cached, limit=3)[0][0] == "Breakfast"

# %% [markdown] tags=["lang-en"]
# The counter began again at 0, where the old entry was still waiting. A random word does not come
# twice.
#
# ## Two races
#
# Second mistake: to forget at the wrong moment. There are two, and only one of them is cured by the
# order of two lines. No threads are needed to see it: what the other one does is put between two
# steps of the first.

# %% [markdown] tags=["lang-ru"]
# Счётчик начал снова с нуля, а там ещё лежала старая запись. Случайное слово дважды не выпадает.
#
# ## Две гонки
#
# Вторая ошибка: забыть не вовремя. Таких моментов два, и порядком двух строк лечится только один.
# Чтобы это увидеть, потоки не нужны: то, что делает второй, вставлено между двумя шагами первого.

# %%
from collections.abc import Callable


def read() -> bytes:
    with app.state.sessions() as session:
        return session.scalar(
            sa.select(Event.title).where(Event.id == 1)
        ).encode()


def rename(title: str) -> None:
    """Through the app's own sessions: after the commit, its cache forgets."""
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

    def forget(self) -> None:
        lab.redis.delete(self.KEY)


def forget_then_commit() -> bytes:
    """A reader comes between the two, and keeps what the commit makes old."""
    deleting = Deleting()
    with app.state.sessions() as session:
        session.get(Event, 1).title = "new"
        session.flush()
        deleting.forget()
        deleting.get_or_make(read)
        session.commit()
    return deleting.get_or_make(read)


def slow_reader() -> bytes:
    """The right order; but a reader has asked before, and keeps after."""
    deleting = Deleting()

    def slow() -> bytes:
        seen = read()
        rename("new")
        deleting.forget()
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
# In which of the three does the next reader see the new title?

# %% [markdown] tags=["lang-ru"]
# В каком из трёх случаев следующий читатель увидит новое название?

# %% tags=["predicted"]
outcomes = []
for race in (forget_then_commit, slow_reader, slow_reader_and_generation):
    rename("old")
    lab.redis.delete(Deleting.KEY)
    outcomes.append(race().decode())
    print(f"{race.__name__:28} {outcomes[-1]}")

# %%
assert outcomes == ["old", "old", "new"]
rename("Event 0")

# %% [markdown] tags=["lang-en"]
# In the second race every line stands where it should, and the cache lies until the TTL ends. The
# generation helps because the reader notes it *before* he asks PostgreSQL: what he keeps is sealed
# with the word of then.
#
# ## A stampede
#
# Third mistake, and the reference solution makes it, too. An entry has just been forgotten, and
# twelve readers come in the same instant. How many statements? Here nobody goes on before all have
# looked, so the instant is one.

# %% [markdown] tags=["lang-ru"]
# Во второй гонке каждая строка стоит на своём месте, а кэш врёт, пока не кончится TTL. Поколение
# помогает потому, что читатель заметил его *до* того, как спросил PostgreSQL: то, что он сохранит,
# запечатано тогдашним словом.
#
# ## Лавина
#
# Третья ошибка, и её делает даже эталонное решение. Запись только что забыли, и в один миг пришли
# двенадцать читателей. Сколько будет запросов? Здесь никто не идёт дальше, пока не посмотрели все,
# так что миг и правда один.

# %%
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock, local
from typing import Any

Cache = day6.core.cache.Cache


def stampede(kind: type[Cache], readers: int) -> int:
    """How many statements it costs when so many readers miss at once."""
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
# All twelve. A hundred would be a hundred, and that at the moment of the highest load, which is when
# so many come at once.
#
# **Single flight**: one makes the answer, and whoever misses meanwhile waits for it and looks again.
# Day 6 leaves it to you as the last hint of task 6.3. This is one way, a lock for each question:

# %% [markdown] tags=["lang-ru"]
# Все двенадцать. Сотня стоила бы сотню, и как раз в час самой большой нагрузки: тогда-то и приходят
# все разом.
#
# **Один за всех** (single flight): ответ делает один, а кто промахнулся тем временем, ждёт его и
# смотрит ещё раз. Шестой день оставляет это вам, в последней подсказке задания 6.3. Вот один из
# способов, по замку на вопрос:


# %%
class SingleFlight(Cache):
    """Of the threads that miss the same question at once, one makes the answer."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.locks: dict[tuple[str, str], Lock] = {}

    def get_or_make(
        self, name: str, asked: str, make: Callable[[], bytes]
    ) -> bytes:
        """A hit takes no lock. Who has waited looks again, and finds the answer."""
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
print("each his own: ", each)
print("single flight:", flight)

# %%
assert each == list(READERS)
assert flight == [1] * len(READERS)

# %% [markdown] tags=["lang-en"]
# The lock is one process's. Four processes make the answer four times, which is four and not four
# hundred. And a lock for each question ever asked is a leak; a real one forgets its locks.
#
# ## A day in two lines
#
# A hundred requests, and three new events among them. On the left, what PostgreSQL was asked; on
# the right, the stampede of above.

# %% [markdown] tags=["lang-ru"]
# Замок принадлежит одному процессу. Четыре процесса сделают ответ четыре раза: четыре, а не
# четыреста. И замок на каждый вопрос, который когда-либо задали, — это утечка; настоящий забывает
# свои замки.
#
# ## День в двух линиях
#
# Сто обращений, и среди них три новых события. Слева — сколько раз спросили PostgreSQL, справа —
# лавина, которую вы только что видели.

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

# %% tags=["plot"] alt_en="Two line charts. Left, statements added up over 100 requests: without the cache a straight line to 100; with it one step at the first request and one after each of three writes, to 4. Right, statements by readers who miss at once, from 1 to 12: each for himself climbs to 12, single flight stays at 1." alt_ru="Два графика. Слева запросы к базе, накопленные за 100 обращений: без кэша прямая до 100, с кэшем одна ступенька при первом обращении и по одной после каждой из трёх записей, всего 4. Справа запросы к базе в зависимости от числа читателей, промахнувшихся разом, от 1 до 12: если каждый сам, линия доходит до 12, а один за всех остаётся на 1."
import matplotlib.pyplot as plt

plt.style.use("../eventure.mplstyle")
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
# One more predict. The app is started with the address of a Redis that is not there. Five requests:
# what do the clients see, and what does PostgreSQL?

# %% [markdown] tags=["lang-ru"]
# ## Без Redis
#
# Предскажите ещё раз. Приложение запустили с адресом Redis, которого там нет. Пять обращений: что
# увидят клиенты и что увидит PostgreSQL?

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
print("the log has been told:", bool(complaints))

# %%
assert answers == [ask(plain, limit=3)] * 5
assert complaints

# %% [markdown] tags=["lang-en"]
# A Redis that is gone is a miss, and no error. Slower, right, and written in the log.
#
# ## Why?
#
# <details>
# <summary>Why is a TTL no way to forget?</summary>
#
# It bounds how long the cache lies, and allows it until then. It clears away what nobody reads any
# more; whether something is true, the generation decides.
#
# </details>
#
# <details>
# <summary>Why does the cache forget everything, and not the pages that changed?</summary>
#
# To know them, you would have to ask of each filter and each page whether the event was on it, or is
# now. That is the query itself. Between two changes there are many reads; a miss each is cheap.
#
# </details>
#
# <details>
# <summary>Why may `my-tasks` not be kept here?</summary>
#
# Its answer depends on who asks, and who asks is not in the key. With it in the key there is an entry
# for each user, hit by one person only; and one slip shows it to another.
#
# </details>
#
# <details>
# <summary>Why does the reader note the generation before the query, and not when he keeps?</summary>
#
# Between the two lies the query, and in it the commit of somebody else. Noted afterwards, the new word
# would seal the old answer: that is the second race again.
#
# </details>
#
# ## Key points
#
# - Count hits at the database: what it was not asked, was one.
# - A key is the whole question and nothing else. Too little lies, too much never hits.
# - Forget after the commit; and note the generation before the query.
# - A word that comes only once survives a Redis that forgets.
# - N readers who miss at once are N statements, until somebody waits.

# %% [markdown] tags=["lang-ru"]
# Redis, которого нет, — это промах, а не ошибка. Медленнее, зато верно, и в журнале об этом сказано.
#
# ## Почему?
#
# <details>
# <summary>Почему TTL — не способ забывать?</summary>
#
# Он ограничивает, сколько кэшу врать, а до того разрешает. TTL убирает то, чего уже никто не читает;
# правда ли это, решает поколение.
#
# </details>
#
# <details>
# <summary>Почему кэш забывает всё, а не только изменившиеся страницы?</summary>
#
# Чтобы их узнать, про каждый фильтр и каждую страницу пришлось бы спросить, было ли на ней событие и
# есть ли теперь. А это и есть сам запрос. Между двумя изменениями читают много раз, и по промаху на
# вопрос — недорого.
#
# </details>
#
# <details>
# <summary>Почему `my-tasks` здесь хранить нельзя?</summary>
#
# Ответ зависит от того, кто спросил, а его в ключе нет. Если добавить, на каждого пользователя будет
# своя запись, и попадёт в неё он один; а одна описка покажет её другому.
#
# </details>
#
# <details>
# <summary>Почему читатель замечает поколение до запроса, а не когда сохраняет?</summary>
#
# Между ними стоит запрос, а в это время — чужой коммит. Замеченное после, новое слово запечатало бы
# старый ответ: снова вторая гонка.
#
# </details>
#
# ## Главное
#
# - Считайте попадания в базе: о чём её не спросили, то и попадание.
# - Ключ — это весь вопрос и ничего больше. Меньше — и он врёт, больше — и не попадает никогда.
# - Забывайте после коммита, а поколение замечайте до запроса.
# - Слово, которое не повторяется, переживёт Redis, который забывает.
# - N читателей, промахнувшихся разом, — это N запросов, пока кто-нибудь не подождёт.

# %% tags=["remove-cell"]
lab.close()
