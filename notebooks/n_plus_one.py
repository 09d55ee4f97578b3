# %% [markdown] tags=["lang-en"]
# # N+1 queries: count them, then fix them
#
# About 30 minutes. It goes with [task 6.1](../../days/day6-performance/exercises/6.1-counts.md).
#
# The code of a list of events seems to query the database once. In fact PostgreSQL gets more
# statements for every event on the page: the N+1 problem, one query for the list and N more for its
# rows. Here you count the statements in PostgreSQL's own log. Then you load the same page in five
# ways and compare what each one costs: in statements, in rows, in bytes.
#
# Afterwards you can
#
# - tell from a log which attribute sent a statement,
# - choose between a join, a second query and a count by the rows that they send,
# - make lazy loading raise an error instead of sending a query.

# %% [markdown] tags=["lang-ru"]
# # Проблема N+1: посчитать запросы и исправить
#
# Около 30 минут. К [заданию 6.1](../../days/day6-performance/exercises/6.1-counts.ru.md).
#
# По коду кажется, что список событий обращается к базе один раз. На самом деле PostgreSQL получает
# ещё несколько запросов на каждое событие страницы: это проблема N+1, один запрос за списком и ещё
# N за его строками. Здесь вы посчитаете запросы по журналу самого PostgreSQL. Потом загрузите ту же
# страницу пятью способами и сравните цену каждого: в запросах, в строках, в байтах.
#
# После этого вы сможете
#
# - по журналу сказать, какой атрибут отправил запрос;
# - выбрать между соединением, вторым запросом и подсчётом по числу строк, которые они отправляют;
# - сделать так, чтобы ленивая загрузка вызывала ошибку, а не отправляла запрос.

# %% tags=["lang-en", "remove-cell"]
WORDS = {
    "events": "events on the page",
    "statements": "statements",
    "k": "its tasks, and its participants",
    "rows": "rows sent",
    "time": "milliseconds",
}

# %% tags=["lang-ru", "remove-cell"]
WORDS = {
    "events": "событий на странице",
    "statements": "запросов",
    "k": "задач и столько же участников",
    "rows": "строк отправлено",
    "time": "миллисекунд",
}

# %% [markdown] tags=["lang-en"]
# ## Two apps, one database
#
# Day 5's finished app returns each event with its organizer and three counts. Day 6's app returns
# the same. Both are the reference solutions, loaded side by side, on a real PostgreSQL.

# %% [markdown] tags=["lang-ru"]
# ## Два приложения, одна база
#
# Готовое приложение пятого дня возвращает событие вместе с организатором и тремя числами.
# Приложение шестого дня возвращает то же самое. Оба — эталонные решения, загруженные рядом, и оба
# работают с настоящим PostgreSQL.

# %%
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from fastapi.testclient import TestClient
from sqlalchemy.orm import (
    Session,
    contains_eager,
    joinedload,
    selectinload,
    subqueryload,
)

from checks.notebooks.lab import Lab, brief

lab = Lab("day6-performance")
yesterday = lab.load("day5-api-design")
today = lab.load("day6-performance")

Event, Task, User = (
    yesterday.models.Event,
    yesterday.models.Task,
    yesterday.models.User,
)
Participant = yesterday.models.EventParticipant
engine = today.db.session.create_database_engine(
    today.core.config.Settings().database_url
)

# %% [markdown] tags=["lang-en"]
# There are forty events, each with an organizer of its own, five tasks and three participants.

# %% [markdown] tags=["lang-ru"]
# Сорок событий, у каждого свой организатор, пять задач и три участника.

# %%
DAY_ONE = datetime(2027, 1, 1, tzinfo=UTC)


def add_user(session: Session, name: str) -> User:
    user = User(
        email=f"{name}@example.com",
        full_name=name,
        hashed_password="-",
        created_at=DAY_ONE,
    )
    session.add(user)
    session.flush()
    return user


def add_event(
    session: Session, number: int, tasks: int, guests: list[int]
) -> None:
    starts = DAY_ONE + timedelta(days=number)
    event = Event(
        title=f"Event {number}",
        start_time=starts,
        end_time=starts + timedelta(hours=2),
        organizer_id=add_user(session, f"organizer-{number}").id,
        created_at=DAY_ONE,
    )
    session.add(event)
    session.flush()
    for task in range(tasks):
        values = {
            "title": f"Task {task}",
            "event_id": event.id,
            "created_at": DAY_ONE,
        }
        session.add(
            Task(**values, status="completed" if task < 2 else "todo")
        )
    session.add_all(
        Participant(event_id=event.id, user_id=guest, joined_at=DAY_ONE)
        for guest in guests
    )


with Session(engine) as session:
    guests = [
        add_user(session, f"guest-{number}").id for number in range(20)
    ]
    for number in range(40):
        add_event(session, number, tasks=5, guests=guests[:3])
    session.commit()

# %% [markdown] tags=["lang-en"]
# `lab.sql()` reads PostgreSQL's log: every statement that the server received is in it, whoever
# sent it. `BEGIN`, `COMMIT` and `ROLLBACK` are left out.

# %% [markdown] tags=["lang-ru"]
# `lab.sql()` читает журнал PostgreSQL: в нём есть каждый запрос, который получил сервер, кто бы его
# ни отправил. `BEGIN`, `COMMIT` и `ROLLBACK` не считаются.

# %%
before = TestClient(
    yesterday.main.create_app(yesterday.core.config.Settings())
)
after = TestClient(
    today.main.create_app(today.core.config.Settings(cache_enabled=False))
)


def page(
    client: TestClient, size: int
) -> tuple[list[dict[str, object]], list[str]]:
    """The items of the list, and the statements that PostgreSQL got for it."""
    with lab.sql() as sent:
        answer = client.get("/api/v2/events/", params={"page_size": size})
    assert answer.status_code == 200
    return answer.json()["items"], sent


# The first request connects; the driver sends a few statements of its own.
for client in (before, after):
    page(client, 1)

# %% [markdown] tags=["lang-en"]
# ## Predict
#
# Day 5's list runs two queries that you can find in `app/crud/event.py`: one loads the page, one
# counts all events.
#
# How many statements does PostgreSQL get for a page of 3 events? For a page of 30? Write both
# numbers down. Then run the cell.

# %% [markdown] tags=["lang-ru"]
# ## Предскажите
#
# Список пятого дня выполняет два запроса, которые видны в `app/crud/event.py`: один загружает
# страницу, другой считает все события.
#
# Сколько запросов получит PostgreSQL на страницу из 3 событий? А на страницу из 30? Запишите оба
# числа. Потом запустите ячейку.

# %% tags=["predicted"]
counted = {}
for size in (1, 3, 10, 30):
    items, sent = page(before, size)
    print(f"{size:2} events: {len(sent):2} statements")
    counted[size] = len(sent)

# %%
assert counted == {size: 2 + 3 * size for size in counted}

# %% [markdown] tags=["lang-en"]
# Two statements, and three more for each event: 92 for a page of 30. The code contains no loop
# around a query.
#
# ## See the SQL

# %% [markdown] tags=["lang-ru"]
# Два запроса и ещё по три на каждое событие: 92 на страницу из 30. Цикла вокруг запроса в коде нет.
#
# ## Посмотрите на SQL

# %%
from collections import Counter

_, sent = page(before, 30)
asked = Counter(map(brief, sent))
for statement, times in asked.most_common():
    print(f"{times:2} × {statement}")

assert sorted(asked.values()) == [1, 1, 30, 30, 30]

# %% [markdown] tags=["lang-en"]
# The `WHERE` shows which attribute sent the statement. `users.id = …` is `event.organizer`.
# `tasks.event_id = …` is `event.tasks`, which `task_count` loads to count its length.
# `event_participants.event_id = …` is `event.participants`.
#
# One line of `app/services/event_service.py`, `EventV2.model_validate(event)`, reads all three
# attributes. Each of them looks like a value, but reading it sends a query: this is lazy loading.

# %% [markdown] tags=["lang-ru"]
# Какой атрибут отправил запрос, видно по `WHERE`. `users.id = …` — это `event.organizer`.
# `tasks.event_id = …` — это `event.tasks`: его загружает `task_count`, чтобы узнать длину.
# `event_participants.event_id = …` — это `event.participants`.
#
# Все три атрибута читает одна строка в `app/services/event_service.py`:
# `EventV2.model_validate(event)`. Каждый выглядит как значение, но чтение отправляет запрос: это
# ленивая загрузка (lazy loading).

# %% [markdown] tags=["lang-en"]
# ## Predict: three organizers
#
# Now the same 30 events belong to three organizers. How many statements are sent?

# %% [markdown] tags=["lang-ru"]
# ## Предскажите: три организатора
#
# Пусть теперь эти же 30 событий принадлежат трём организаторам. Сколько запросов будет отправлено?


# %% tags=["predicted"]
def first(size: int) -> sa.Select[tuple[Event]]:
    return sa.select(Event).order_by(Event.start_time, Event.id).limit(size)


with Session(engine) as session:
    people = session.scalars(
        sa.select(Event.organizer_id).order_by(Event.id).limit(3)
    ).all()
    for event in session.scalars(first(30)).all():
        event.organizer_id = people[event.id % 3]
    session.flush()
    session.expire_all()
    with lab.sql() as sent:
        for event in session.scalars(first(30)).all():
            yesterday.schemas.event.EventV2.model_validate(event)
    session.rollback()

for statement, times in Counter(map(brief, sent)).most_common():
    print(f"{times:2} × {statement}")

# %%
assert len(sent) == 1 + 3 + 30 + 30

# %% [markdown] tags=["lang-en"]
# Three queries for organizers, not thirty: a session stores the objects that it has loaded (its
# identity map), and finds them again by primary key. So a test in which one person owns all events
# sees only one extra statement and misses the N+1. Give each row of your test data a related row of
# its own.

# %% [markdown] tags=["lang-ru"]
# За организаторами три запроса, а не тридцать: сессия хранит загруженные объекты (identity map) и
# находит их по первичному ключу. Поэтому тест, где все события принадлежат одному человеку, увидит
# только один лишний запрос и N+1 не заметит. Давайте каждой строке тестовых данных свою связанную
# строку.

# %% [markdown] tags=["lang-en"]
# ## Five ways to load
#
# All five return the same page. Before you run them, sort them twice: by the number of statements,
# and by the number of rows that PostgreSQL sends.
#
# | way | loads |
# |---|---|
# | lazy | an attribute when it is read |
# | joined | everything in one query: `joinedload` |
# | selectin | one query for each relationship, with the ids of the page: `selectinload` |
# | subquery | one query for each relationship, with the page's own query in it: `subqueryload` |
# | counted | the counts, not the rows: day 6's `get_many_with_counts` |

# %% [markdown] tags=["lang-ru"]
# ## Пять способов загрузки
#
# Все пять возвращают одну и ту же страницу. Прежде чем запускать, расставьте их по порядку
# дважды: по числу запросов и по числу строк, которые отправит PostgreSQL.
#
# | способ | что загружает |
# |---|---|
# | lazy | атрибут, когда его читают |
# | joined | всё одним запросом: `joinedload` |
# | selectin | по запросу на каждую связь, в нём id страницы: `selectinload` |
# | subquery | по запросу на каждую связь, в нём сам запрос страницы: `subqueryload` |
# | counted | числа, а не строки: `get_many_with_counts` шестого дня |

# %%
from dataclasses import dataclass
from itertools import product
from typing import Any

LOADERS = {
    "lazy": (),
    "joined": (
        joinedload(Event.organizer),
        joinedload(Event.tasks),
        joinedload(Event.participants),
    ),
    "selectin": (
        joinedload(Event.organizer),
        selectinload(Event.tasks),
        selectinload(Event.participants),
    ),
    "subquery": (
        joinedload(Event.organizer),
        subqueryload(Event.tasks),
        subqueryload(Event.participants),
    ),
}
WAYS = (*LOADERS, "counted")


def shown(way: str, session: Session, size: int) -> list[dict[str, Any]]:
    """The page as v2 returns it, loaded in one of the five ways."""
    if way == "counted":
        search = today.crud.event.Search()
        events = today.crud.event.get_many_with_counts(
            session, search, 0, size
        )
        schema = today.schemas.event.EventV2
    else:
        events = (
            session.scalars(first(size).options(*LOADERS[way]))
            .unique()
            .all()
        )
        schema = yesterday.schemas.event.EventV2
    return [
        schema.model_validate(event).model_dump(mode="json")
        for event in events
    ]


@dataclass
class Cost:
    """What came back: statements, rows, and the bytes of their values."""

    statements: int = 0
    rows: int = 0
    size: int = 0


bills = [Cost()]  # the last one is being written


@sa.event.listens_for(engine, "after_cursor_execute")
def weigh(_connection: Any, cursor: Any, *_: Any) -> None:
    result = cursor.pgresult
    if result is None:  # many INSERTs at once bring nothing back
        return
    places = product(range(result.ntuples), range(result.nfields))
    bills[-1].statements += 1
    bills[-1].rows += result.ntuples
    bills[-1].size += sum(
        len(result.get_value(*place) or b"") for place in places
    )


def measure(way: str, size: int) -> tuple[list[dict[str, Any]], Cost]:
    bills.append(Cost())
    with Session(engine) as session:
        return shown(way, session, size), bills[-1]


# %% tags=["predicted"]
pages, costs = {}, {}
print(f"{'way':10}{'statements':>12}{'rows':>8}{'bytes':>10}")
for way in WAYS:
    pages[way], costs[way] = measure(way, 30)
    paid = costs[way]
    print(f"{way:10}{paid.statements:12}{paid.rows:8}{paid.size:10,}")

# %%
assert (
    pages["lazy"]
    == pages["joined"]
    == pages["selectin"]
    == pages["subquery"]
    == pages["counted"]
)
assert [costs[way].statements for way in WAYS] == [91, 1, 3, 3, 1]
assert [costs[way].rows for way in WAYS] == [300, 450, 270, 270, 30]
assert costs["joined"].size > 7 * costs["lazy"].size
assert (
    costs["selectin"].size == costs["lazy"].size > 4 * costs["counted"].size
)
assert costs["subquery"].size > costs["selectin"].size

# %% [markdown] tags=["lang-en"]
# Compare the columns. By statements, `joined` is as good as `counted`. By bytes it is the worst:
# the event, its organizer and a task are sent again with each participant. 5 tasks and 3
# participants are 15 rows an event, and 30 events are 450.
#
# `selectin` sends no row twice. But the client needs three counts per event, and the app gets eight
# rows to count.
#
# `subquery` sends the same rows as `selectin`. Its second and third statement contain the page's own
# query, sorting and `LIMIT` included, so PostgreSQL finds the page three times. `selectin` finds it
# once and then names the ids:

# %% [markdown] tags=["lang-ru"]
# Сравните столбцы. По запросам `joined` не хуже `counted`. По байтам он хуже всех: событие, его
# организатор и задача отправляются заново с каждым участником. 5 задач и 3 участника — это 15 строк
# на событие, а 30 событий — 450.
#
# `selectin` ничего не отправляет дважды. Но клиенту нужны три числа на событие, а приложение
# получает восемь строк и считает их.
#
# `subquery` отправляет те же строки, что и `selectin`. Во втором и третьем её запросе стоит сам
# запрос страницы вместе с сортировкой и `LIMIT`, поэтому PostgreSQL ищет страницу трижды. `selectin`
# ищет её один раз, а потом перечисляет id:

# %%
limits = {}
for way in ("selectin", "subquery"):
    with lab.sql() as sent:
        measure(way, 30)
    limits[way] = sum("LIMIT" in statement for statement in sent)
    print(f"{way}: LIMIT in {limits[way]} of {len(sent)} statements")

assert limits == {"selectin": 1, "subquery": 3}

# %% [markdown] tags=["lang-en"]
# How long did each way take on the machine that made this page? Your times will differ.
# Compare the lines with each other.

# %% [markdown] tags=["lang-ru"]
# Сколько времени занял каждый способ на машине, где сделана эта страница? У вас время будет другим.
# Сравнивайте строки между собой.

# %% tags=["measured"]
import time


def best_of(way: str, size: int = 30, tries: int = 7) -> float:
    times = []
    for _ in range(tries):
        with Session(engine) as session:
            began = time.perf_counter()
            shown(way, session, size)
            times.append(time.perf_counter() - began)
    return min(times)


fastest = {way: best_of(way) for way in WAYS}
for way in WAYS:
    print(f"{way:10}{fastest[way] / fastest['counted']:5.1f} × counted")

# %% [markdown] tags=["lang-en"]
# Here PostgreSQL runs on the same machine, so a round trip takes almost no time. Between two
# machines each statement adds a network round trip.
#
# ## Growth
#
# One page size is not enough to compare them. First increase the number of events; then, for a
# single event, the number of its tasks and participants.

# %% [markdown] tags=["lang-ru"]
# Здесь PostgreSQL на той же машине, и обмен с ним почти не занимает времени. Между двумя машинами
# каждый запрос добавляет ещё и путь по сети туда и обратно.
#
# ## Рост
#
# По одному размеру страницы сравнивать мало. Сначала увеличивайте число событий; потом, у одного
# события, число задач и участников.

# %%
SIZES = (1, 5, 10, 20, 30, 40)
statements = {
    way: [measure(way, size)[1].statements for size in SIZES]
    for way in WAYS
}
assert statements["lazy"] == [1 + 3 * size for size in SIZES]
assert statements["selectin"] == [3] * len(SIZES)
assert statements["subquery"] == [3] * len(SIZES)
assert statements["joined"] == statements["counted"] == [1] * len(SIZES)

MANY = (0, 5, 10, 15, 20)
rows: dict[str, list[int]] = {way: [] for way in WAYS}
for many in MANY:
    with Session(engine) as session:
        session.execute(sa.delete(Event))
        add_event(session, 100 + many, tasks=many, guests=guests[:many])
        session.flush()
        for way in WAYS:
            session.expunge_all()
            bills.append(Cost())
            shown(way, session, 1)
            rows[way].append(bills[-1].rows)
        session.rollback()
assert rows["joined"] == [max(many * many, 1) for many in MANY]
assert rows["lazy"] == [2 + 2 * many for many in MANY]
assert rows["selectin"] == [1 + 2 * many for many in MANY]
assert rows["subquery"] == rows["selectin"]
assert rows["counted"] == [1] * len(MANY)

# %% tags=["plot"] alt_en="Two line charts. Left, statements by events on the page, from 1 to 40: lazy climbs from 4 to 121, selectin and subquery stay at 3, joined and counted at 1. Right, rows sent for one event with k tasks and k participants, k from 0 to 20: joined climbs to 400 along a curve, lazy reaches 42, selectin and subquery 41, counted stays at 1." alt_ru="Два графика. Слева число запросов в зависимости от числа событий на странице, от 1 до 40: lazy растёт с 4 до 121, selectin и subquery остаются на 3, joined и counted на 1. Справа число отправленных строк для одного события с k задачами и k участниками, k от 0 до 20: joined по кривой доходит до 400, lazy до 42, selectin и subquery до 41, counted остаётся на 1."
import matplotlib.pyplot as plt

plt.style.use("../eventure.mplstyle")
LOOKS = {
    "lazy": "o-",
    "joined": "s--",
    "selectin": "^-.",
    "subquery": "v:",
    "counted": "D:",
}
figure, (left, right) = plt.subplots(1, 2)
for way in WAYS:
    left.plot(SIZES, statements[way], LOOKS[way], label=way)
    right.plot(MANY, rows[way], LOOKS[way], label=way)
left.set(xlabel=WORDS["events"], ylabel=WORDS["statements"])
right.set(xlabel=WORDS["k"], ylabel=WORDS["rows"], xticks=MANY)
left.legend()
plt.show()

# %% [markdown] tags=["lang-en"]
# On the left, `lazy` grows with the number of events. On the right, `joined` grows with the square:
# 20 tasks and 20 participants are 400 rows for *one* event. `joined` has fewer statements, but
# sends more rows.
#
# And the time? Here it is over the number of events, on the machine that made this page, where the
# database is near.

# %% [markdown] tags=["lang-ru"]
# Слева `lazy` растёт с числом событий. Справа `joined` растёт как квадрат: 20 задач и 20 участников
# — это 400 строк ради *одного* события. Запросов у `joined` меньше, а строк больше.
#
# А время? Вот оно в зависимости от числа событий, на машине, где сделана эта страница; база здесь
# рядом.

# %% tags=["measured", "plot"] alt_en="A line chart of the milliseconds that a page takes to load, by the number of events on it, from 1 to 40, with a line for each of lazy, joined, selectin, subquery and counted. The line of lazy climbs with the number of events and is the highest; the line of counted is the lowest." alt_ru="График: сколько миллисекунд загружается страница в зависимости от числа событий на ней, от 1 до 40, по линии на lazy, joined, selectin, subquery и counted. Линия lazy растёт с числом событий и лежит выше всех, линия counted — ниже всех."
figure, axes = plt.subplots()
for way in WAYS:
    spent = [1000 * best_of(way, size, tries=3) for size in SIZES]
    axes.plot(SIZES, spent, LOOKS[way], label=way)
axes.set(xlabel=WORDS["events"], ylabel=WORDS["time"], ylim=(0, None))
axes.legend()
plt.show()

# %% [markdown] tags=["lang-en"]
# A statement takes time of its own: parsing, planning, a round trip. `lazy` pays it for each event.
#
# ## A join and a LIMIT
#
# A join multiplies rows, and `LIMIT` counts rows. SQLAlchemy handles this for `joinedload`: it puts
# the page into a subquery. It cannot do so for a join that you write yourself.

# %% [markdown] tags=["lang-ru"]
# У запроса есть и собственное время: разбор, план, путь туда и обратно. `lazy` платит его за каждое
# событие.
#
# ## Соединение и LIMIT
#
# Соединение умножает строки, а `LIMIT` считает строки. Для `joinedload` SQLAlchemy это учитывает и
# помещает страницу в подзапрос. Для соединения, которое написали вы сами, она этого сделать не
# может.

# %% tags=["predicted"]
by_hand = (
    sa.select(Event)
    .join(Event.tasks)
    .options(contains_eager(Event.tasks))
    .order_by(Event.start_time, Event.id, Task.id)
    .limit(5)
)
with Session(engine) as session:
    of_loader = (
        session.scalars(first(5).options(joinedload(Event.tasks)))
        .unique()
        .all()
    )
    of_hand = session.scalars(by_hand).unique().all()
print(f"joinedload, limit(5): {len(of_loader)} events")
print(
    f"join,       limit(5): {len(of_hand)} event, of {len(of_hand[0].tasks)} tasks"
)

# %%
assert (len(of_loader), len(of_hand)) == (5, 1)

# %% [markdown] tags=["lang-en"]
# ## The fix
#
# Day 6 loads counts instead of rows: one subquery per count in the list of columns, and one join
# for the organizer, because each event has exactly one.

# %% [markdown] tags=["lang-ru"]
# ## Исправление
#
# Шестой день загружает числа вместо строк: по подзапросу на каждое число в списке столбцов и одно
# соединение для организатора, потому что он у события один.

# %%
from textwrap import fill

for size in (1, 3, 10, 30):
    items, sent = page(after, size)
    print(f"{size:2} events: {len(sent)} statements")
    assert len(sent) == 2
    assert items == page(before, size)[0]

for statement in sent:
    print("\n" + fill(brief(statement), 76))

# %% [markdown] tags=["lang-en"]
# The responses are identical: the cell asserts it. To prevent a relapse, day 6's relationships are
# `lazy="raise"`: reading an attribute that was not loaded is an error that names the attribute:

# %% [markdown] tags=["lang-ru"]
# Ответы полностью совпадают: ячейка это проверяет. Чтобы N+1 не вернулся, у связей шестого дня
# задано `lazy="raise"`: чтение незагруженного атрибута — ошибка, и она называет атрибут:

# %%
with Session(engine) as session:
    event = session.scalars(sa.select(today.models.Event).limit(1)).one()
    try:
        event.organizer
    except sa.exc.InvalidRequestError as error:
        print(error)
    else:
        raise AssertionError("it was loaded lazily")

# %% [markdown] tags=["lang-en"]
# ## Why?
#
# <details>
# <summary>Why does a test of the API's responses not find an N+1?</summary>
#
# The response is right. Only its cost is wrong, and the response does not contain its cost. Count
# the statements for two page sizes, and require the same number: this test measures no time.
#
# </details>
#
# <details>
# <summary>Why is a join with the organizer harmless, and one with the tasks not?</summary>
#
# An event has one organizer: the join adds columns. An event has many tasks: the join adds rows,
# each of which repeats the whole event. A second such join multiplies the first.
#
# </details>
#
# <details>
# <summary>When is `selectinload` the right answer?</summary>
#
# When the response shows the rows themselves. Here it shows three counts, and the database counts
# its rows without sending them.
#
# </details>
#
# <details>
# <summary>Why are there two statements and not one, on day 6?</summary>
#
# `total` counts the events of all pages, not of this one. A window function could add it to each
# row, but an empty page has no row, and so no total.
#
# </details>
#
# ## Key points
#
# - N+1 queries hide in attributes, not in loops. Count statements at the database.
# - Fewer statements are not always less work: 1 statement sent 450 rows where 30 were enough.
# - Load what the response shows. For a count, load the count.
# - `lazy="raise"` turns a hidden query into an error that names the attribute.
# - Test with two page sizes, and give each row related rows of its own.

# %% [markdown] tags=["lang-ru"]
# ## Почему?
#
# <details>
# <summary>Почему тест, который проверяет ответы API, не находит N+1?</summary>
#
# Ответ верен. Неверна только его цена, а её в ответе нет. Посчитайте запросы для двух размеров
# страницы и потребуйте одинаковое число: такой тест не измеряет время.
#
# </details>
#
# <details>
# <summary>Почему соединение с организатором безобидно, а с задачами — нет?</summary>
#
# Организатор у события один: соединение добавляет столбцы. Задач у события много: соединение
# добавляет строки, и каждая повторяет всё событие. Второе такое соединение умножает первое.
#
# </details>
#
# <details>
# <summary>Когда правильный ответ — `selectinload`?</summary>
#
# Когда в ответе есть сами строки. Здесь в ответе три числа, а база считает свои строки, не
# отправляя их.
#
# </details>
#
# <details>
# <summary>Почему на шестой день запросов два, а не один?</summary>
#
# `total` считает события всех страниц, а не этой. Оконная функция могла бы добавить его в каждую
# строку, но у пустой страницы строк нет, и числа тоже не было бы.
#
# </details>
#
# ## Главное
#
# - N+1 скрывается в атрибутах, а не в циклах. Считайте запросы на стороне базы.
# - Меньше запросов — не всегда меньше работы: 1 запрос отправил 450 строк, когда хватило бы 30.
# - Загружайте то, что есть в ответе. Для числа загружайте число.
# - `lazy="raise"` превращает скрытый запрос в ошибку, которая называет атрибут.
# - Проверяйте на двух размерах страницы и давайте каждой строке свои связанные строки.

# %% tags=["remove-cell"]
engine.dispose()
lab.close()
