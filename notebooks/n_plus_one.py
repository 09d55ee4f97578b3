# %% [markdown] tags=["lang-en"]
# # N+1: the statements nobody wrote
#
# About 30 minutes. It goes with [task 6.1](../../days/day6-performance/exercises/6.1-counts.md).
#
# A page of events asks the database once. So it looks in the code. Here you count what PostgreSQL
# was asked, in its own log. Then you ask for the same page in four ways, and see what each one
# costs: in statements, in rows, in bytes.
#
# Afterwards you can
#
# - tell from a log which attribute sent a statement,
# - choose between a join, a second query and a count by what has to travel,
# - make lazy loading fail instead of cost.

# %% [markdown] tags=["lang-ru"]
# # N+1: запросы, которых никто не писал
#
# Около 30 минут. К [заданию 6.1](../../days/day6-performance/exercises/6.1-counts.ru.md).
#
# За страницей событий идут в базу один раз. Так кажется, если читать код. Здесь вы посчитаете, о
# чём PostgreSQL спросили на самом деле, по его собственному журналу. Потом получите ту же страницу
# четырьмя способами и увидите цену каждого: в запросах, в строках, в байтах.
#
# После этого вы сможете
#
# - по журналу сказать, какой атрибут отправил запрос;
# - выбрать между соединением, вторым запросом и подсчётом, глядя на то, что поедет по проводу;
# - сделать так, чтобы ленивая загрузка ломалась, а не стоила.

# %% tags=["lang-en", "remove-cell"]
WORDS = {
    "events": "events on the page",
    "statements": "statements",
    "k": "its tasks, and its participants",
    "rows": "rows sent",
}

# %% tags=["lang-ru", "remove-cell"]
WORDS = {
    "events": "событий на странице",
    "statements": "запросов",
    "k": "задач и столько же участников",
    "rows": "строк отправлено",
}

# %% [markdown] tags=["lang-en"]
# ## Two apps, one database
#
# Day 5's finished app shows each event with its organizer and three counts. Day 6's shows the
# same. Both are the reference solutions, loaded here side by side, on a real PostgreSQL.

# %% [markdown] tags=["lang-ru"]
# ## Два приложения, одна база
#
# Готовое приложение пятого дня показывает у события организатора и три числа. Приложение шестого
# показывает то же самое. Оба — эталонные решения, загруженные рядом, и оба ходят в настоящий
# PostgreSQL.

# %%
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

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
# Forty events, each with an organizer of its own, five tasks and three participants.

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
# `lab.sql()` reads PostgreSQL's log: what stands in it was asked, whoever asked. Ends and
# beginnings of transactions are left out.

# %% [markdown] tags=["lang-ru"]
# `lab.sql()` читает журнал PostgreSQL: что в нём стоит, о том и спросили, кто бы ни спрашивал.
# Начала и концы транзакций не в счёт.

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
    """What the list shows, and what PostgreSQL was asked for it."""
    with lab.sql() as sent:
        answer = client.get("/api/v2/events/", params={"page_size": size})
    assert answer.status_code == 200
    return answer.json()["items"], sent


# The first request connects, and the driver asks a few things of its own.
for client in (before, after):
    page(client, 1)

# %% [markdown] tags=["lang-en"]
# ## Predict
#
# Yesterday's list runs two queries that you can find in `app/crud/event.py`: the page, and how
# many events there are in all.
#
# How many statements does PostgreSQL get for a page of 3 events? Of 30? Write both numbers down.
# Then run the cell.

# %% [markdown] tags=["lang-ru"]
# ## Предскажите
#
# Вчерашний список выполняет два запроса, которые видны в `app/crud/event.py`: сама страница и
# сколько событий всего.
#
# Сколько запросов получит PostgreSQL на страницу из 3 событий? Из 30? Запишите оба числа. Потом
# запустите ячейку.

# %% tags=["predicted"]
counted = {}
for size in (1, 3, 10, 30):
    items, sent = page(before, size)
    print(f"{size:2} events: {len(sent):2} statements")
    counted[size] = len(sent)

# %%
assert counted == {size: 2 + 3 * size for size in counted}

# %% [markdown] tags=["lang-en"]
# Two, and three more for each event: 92 for a page of 30. Nobody wrote a loop around a query.
#
# ## See the SQL

# %% [markdown] tags=["lang-ru"]
# Два и ещё по три на каждое событие: 92 на страницу из 30. А цикла вокруг запроса никто не писал.
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
# The `WHERE` names the culprit. `users.id = …` is `event.organizer`. `tasks.event_id = …` is
# `event.tasks`, which `task_count` touches to count its length. `event_participants.event_id = …`
# is `event.participants`.
#
# They are touched in one line of `app/services/event_service.py`, `EventV2.model_validate(event)`,
# which reads attributes. Each of them looks like a value and is a query.

# %% [markdown] tags=["lang-ru"]
# Виновника называет `WHERE`. `users.id = …` — это `event.organizer`. `tasks.event_id = …` — это
# `event.tasks`: его трогает `task_count`, чтобы узнать длину. `event_participants.event_id = …` —
# это `event.participants`.
#
# Трогает их одна строка в `app/services/event_service.py`: `EventV2.model_validate(event)` читает
# атрибуты. Каждый выглядит как значение, а на деле это запрос.

# %% [markdown] tags=["lang-en"]
# ## Predict: three organizers
#
# Now the same 30 events belong to three people. Does the number of statements change? To what?

# %% [markdown] tags=["lang-ru"]
# ## Предскажите: три организатора
#
# Пусть теперь эти же 30 событий принадлежат троим. Изменится ли число запросов? Каким оно станет?


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
# Three, not thirty: a session keeps whom it has loaded, and finds them again by their key. So a
# test whose events all belong to one person sees one statement more, and calls it a day. Give each
# row of your test data a neighbour of its own.

# %% [markdown] tags=["lang-ru"]
# Три, а не тридцать: сессия помнит, кого загрузила, и находит их по ключу. Поэтому тест, где все
# события принадлежат одному человеку, увидит один лишний запрос и успокоится. Давайте каждой
# строке тестовых данных своего соседа.

# %% [markdown] tags=["lang-en"]
# ## Four ways to ask
#
# All four end in the same page. Before you run them, put them in order twice: by statements, and
# by rows that travel.
#
# | way | asks for |
# |---|---|
# | lazy | whatever is touched, when it is touched |
# | joined | everything in one query: `joinedload` |
# | selectin | one query for each relationship: `selectinload` |
# | counted | the numbers, not the rows: day 6's `get_many_with_counts` |

# %% [markdown] tags=["lang-ru"]
# ## Четыре способа спросить
#
# Страница у всех четырёх выходит одна и та же. Прежде чем запускать, расставьте их по порядку
# дважды: по числу запросов и по числу строк, которые поедут.
#
# | способ | о чём спрашивает |
# |---|---|
# | lazy | о том, что тронули, когда тронули |
# | joined | обо всём одним запросом: `joinedload` |
# | selectin | по запросу на каждую связь: `selectinload` |
# | counted | о числах, а не о строках: `get_many_with_counts` шестого дня |

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
}
WAYS = (*LOADERS, "counted")


def shown(way: str, session: Session, size: int) -> list[dict[str, Any]]:
    """The page as v2 shows it, asked for in one of the four ways."""
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
    == pages["counted"]
)
assert [costs[way].statements for way in WAYS] == [91, 1, 3, 1]
assert [costs[way].rows for way in WAYS] == [300, 450, 270, 30]
assert costs["joined"].size > 7 * costs["lazy"].size
assert (
    costs["selectin"].size == costs["lazy"].size > 4 * costs["counted"].size
)

# %% [markdown] tags=["lang-en"]
# Read the table twice. By statements, `joined` is as good as `counted`. By bytes it is the worst of
# all: the event, its organizer and a task come again with each participant. 5 tasks and 3
# participants are 15 rows an event, and 30 events are 450.
#
# `selectin` sends no row twice. But the client wants three numbers of each event, and gets eight
# rows to count them itself.
#
# What did the clock say on the machine that made this page? Yours will say something else. Compare
# the lines with each other.

# %% [markdown] tags=["lang-ru"]
# Прочитайте таблицу дважды. По запросам `joined` не хуже `counted`. По байтам он хуже всех: событие,
# его организатор и задача приезжают заново с каждым участником. 5 задач и 3 участника — это 15
# строк на событие, а 30 событий — 450.
#
# `selectin` ничего не отправляет дважды. Но клиенту нужны три числа на событие, а он получает
# восемь строк и считает их сам.
#
# А что сказали часы на той машине, где сделана эта страница? Ваши скажут другое. Сравнивайте
# строки между собой.

# %% tags=["measured"]
import time


def best_of(way: str, tries: int = 15) -> float:
    times = []
    for _ in range(tries):
        with Session(engine) as session:
            began = time.perf_counter()
            shown(way, session, 30)
            times.append(time.perf_counter() - began)
    return min(times)


fastest = {way: best_of(way) for way in WAYS}
for way in WAYS:
    print(f"{way:10}{fastest[way] / fastest['counted']:5.1f} × counted")

# %% [markdown] tags=["lang-en"]
# Here PostgreSQL is on the same machine, so a round trip costs next to nothing. Between two
# machines each statement pays for one more.
#
# ## How it grows
#
# One page says little. Let the number of events grow; then, for a single event, the number of its
# tasks and participants.

# %% [markdown] tags=["lang-ru"]
# Здесь PostgreSQL на той же машине, и дорога туда и обратно почти ничего не стоит. Между двумя
# машинами за каждый запрос платят ещё и дорогой.
#
# ## Как это растёт
#
# Одна страница говорит мало. Пусть растёт число событий; потом, у одного события, число задач и
# участников.

# %%
SIZES = (1, 5, 10, 20, 30, 40)
statements = {
    way: [measure(way, size)[1].statements for size in SIZES]
    for way in WAYS
}
assert statements["lazy"] == [1 + 3 * size for size in SIZES]
assert statements["selectin"] == [3] * len(SIZES)
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
assert rows["counted"] == [1] * len(MANY)

# %% tags=["plot"] alt_en="Two line charts. Left, statements by events on the page, from 1 to 40: lazy climbs from 4 to 121, selectin stays at 3, joined and counted at 1. Right, rows sent for one event with k tasks and k participants, k from 0 to 20: joined climbs to 400 along a curve, lazy reaches 42, selectin 41, counted stays at 1." alt_ru="Два графика. Слева число запросов в зависимости от числа событий на странице, от 1 до 40: lazy растёт с 4 до 121, selectin остаётся на 3, joined и counted на 1. Справа число отправленных строк для одного события с k задачами и k участниками, k от 0 до 20: joined по кривой доходит до 400, lazy до 42, selectin до 41, counted остаётся на 1."
import matplotlib.pyplot as plt

plt.style.use("../eventure.mplstyle")
LOOKS = {"lazy": "o-", "joined": "s--", "selectin": "^-.", "counted": "D:"}
figure, (left, right) = plt.subplots(1, 2)
for way in WAYS:
    left.plot(SIZES, statements[way], LOOKS[way], label=way)
    right.plot(MANY, rows[way], LOOKS[way], label=way)
left.set(xlabel=WORDS["events"], ylabel=WORDS["statements"])
right.set(xlabel=WORDS["k"], ylabel=WORDS["rows"], xticks=MANY)
left.legend()
plt.show()

# %% [markdown] tags=["lang-en"]
# On the left, one line climbs with the page. On the right, another climbs with the square: 20 tasks
# and 20 participants are 400 rows for *one* event. `joined` has not removed the cost, it has moved
# it to where you did not look.
#
# ## A join and a LIMIT
#
# A join multiplies rows, and `LIMIT` counts rows. SQLAlchemy knows that about `joinedload`, and
# puts the page into a subquery. It cannot know it about a join of your own.

# %% [markdown] tags=["lang-ru"]
# Слева одна линия растёт вместе со страницей. Справа другая растёт как квадрат: 20 задач и 20
# участников — это 400 строк ради *одного* события. `joined` не убрал цену, а перенёс её туда, куда
# вы не смотрели.
#
# ## Соединение и LIMIT
#
# Соединение умножает строки, а `LIMIT` считает строки. О `joinedload` SQLAlchemy это знает и прячет
# страницу в подзапрос. О вашем собственном соединении она этого знать не может.

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
# Day 6 asks for the numbers: a subquery for each count, in the list of columns, and one join for
# the organizer, of whom each event has one.

# %% [markdown] tags=["lang-ru"]
# ## Как чинят
#
# Шестой день спрашивает числа: по подзапросу на каждое, прямо в списке столбцов, и одно соединение
# ради организатора, потому что он у события один.

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
# The answers are the same, to the letter: the cell asserts it. And so that nobody falls back by
# accident, day 6's relationships are `lazy="raise"`. To touch what was not asked for is an error
# that names the attribute:

# %% [markdown] tags=["lang-ru"]
# Ответы совпадают до буквы: ячейка это проверяет. А чтобы никто не вернулся к старому нечаянно, у
# связей шестого дня стоит `lazy="raise"`. Тронуть то, о чём не спросили, — ошибка, и она называет
# атрибут:

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
# <summary>Why does no test of what the API answers find an N+1?</summary>
#
# The answer is right. Only its price is wrong, and the price does not stand in the answer. Count
# statements for two sizes, and demand the same number: that test needs no clock.
#
# </details>
#
# <details>
# <summary>Why is a join with the organizer harmless, and one with the tasks not?</summary>
#
# An event has one organizer: the join adds columns. It has many tasks: the join adds rows, each with
# the whole event in it. A second such join multiplies the first.
#
# </details>
#
# <details>
# <summary>When is `selectinload` the right answer?</summary>
#
# When the client gets to see the rows themselves. Here it gets three numbers, and a number is
# cheapest where the rows already lie.
#
# </details>
#
# <details>
# <summary>Why two statements and not one, on day 6?</summary>
#
# `total` counts the events of all pages, not of this one. A window function could bring it along in
# each row; then an empty page would know no total.
#
# </details>
#
# ## Key points
#
# - N+1 hides in attributes, not in loops. Count at the database.
# - Fewer statements are not less work: 1 statement sent 450 rows where 30 were enough.
# - Ask for what you show. For a number, ask for the number.
# - `lazy="raise"` turns a cost that nobody sees into an error that names its place.
# - Test with two sizes, and with neighbours that differ.

# %% [markdown] tags=["lang-ru"]
# ## Почему?
#
# <details>
# <summary>Почему N+1 не находит ни один тест, который смотрит на ответы API?</summary>
#
# Ответ верен. Неверна только его цена, а цены в ответе нет. Посчитайте запросы для двух размеров и
# потребуйте одинаковое число: такому тесту часы не нужны.
#
# </details>
#
# <details>
# <summary>Почему соединение с организатором безобидно, а с задачами — нет?</summary>
#
# Организатор у события один: соединение добавляет столбцы. Задач много: оно добавляет строки, и в
# каждой всё событие целиком. Второе такое соединение умножает первое.
#
# </details>
#
# <details>
# <summary>Когда правильный ответ — `selectinload`?</summary>
#
# Когда клиент увидит сами строки. Здесь он увидит три числа, а число дешевле всего получить там,
# где строки уже лежат.
#
# </details>
#
# <details>
# <summary>Почему на шестой день запросов два, а не один?</summary>
#
# `total` считает события всех страниц, а не этой. Оконная функция могла бы привозить его в каждой
# строке, но тогда пустая страница не знала бы, сколько событий всего.
#
# </details>
#
# ## Главное
#
# - N+1 прячется в атрибутах, а не в циклах. Считайте в базе.
# - Меньше запросов — не значит меньше работы: 1 запрос отправил 450 строк, когда хватило бы 30.
# - Спрашивайте то, что покажете. Если число — то число.
# - `lazy="raise"` превращает цену, которой никто не видит, в ошибку, которая называет место.
# - Проверяйте на двух размерах и с разными соседями.

# %% tags=["remove-cell"]
engine.dispose()
lab.close()
