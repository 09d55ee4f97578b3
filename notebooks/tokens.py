# %% [markdown] tags=["lang-en"]
# # JWT: what a token says, and who believes it
#
# About 40 minutes. It goes with tasks
# [3.1](../../days/day3-security/exercises/3.1-refresh-tokens.md) and
# [3.5](../../days/day3-security/exercises/3.5-logout.md).
#
# A token is a note that says who you are, signed by somebody. Anybody can read it, and anybody can
# write one. Everything hangs on how closely the reader looks. Here you forge seven tokens, hand them
# to four readers, and count who is let in.
#
# Afterwards you can
#
# - read any token without a key, and say what must not stand in one,
# - name for each check of the reference solution the forgery that it stops,
# - explain why a refresh token works once, and what its second use means.

# %% [markdown] tags=["lang-ru"]
# # JWT: что сказано в токене и кто этому верит
#
# Около 40 минут. К заданиям
# [3.1](../../days/day3-security/exercises/3.1-refresh-tokens.ru.md) и
# [3.5](../../days/day3-security/exercises/3.5-logout.ru.md).
#
# Токен — это записка о том, кто вы, и под ней чья-то подпись. Прочитать её может кто угодно, и
# написать тоже. Всё зависит от того, насколько внимательно смотрит читающий. Здесь вы подделаете
# семь токенов, покажете их четырём читателям и посчитаете, кого впустили.
#
# После этого вы сможете
#
# - прочитать любой токен без ключа и сказать, чему в нём не место;
# - к каждой проверке эталонного решения назвать подделку, которую она останавливает;
# - объяснить, почему refresh-токен одноразовый и о чём говорит второе использование.

# %% tags=["lang-en", "remove-cell"]
WORDS = {
    "readers": [
        "only\ndecodes",
        "trusts\nthe header",
        "checks\nthe signature",
        "the\nreference",
    ],
    "yes": "in",
    "no": "no",
    "rounds": "rounds",
    "cost": "one hash, in milliseconds",
}

# %% tags=["lang-ru", "remove-cell"]
WORDS = {
    "readers": [
        "только\nчитает",
        "верит\nзаголовку",
        "проверяет\nподпись",
        "эталонное\nрешение",
    ],
    "yes": "вход",
    "no": "нет",
    "rounds": "раундов",
    "cost": "один хеш, миллисекунд",
}

# %% [markdown] tags=["lang-en"]
# ## A real token
#
# Day 3's reference solution, on a real PostgreSQL. Ann registers and logs in.

# %% [markdown] tags=["lang-ru"]
# ## Настоящий токен
#
# Эталонное решение третьего дня на настоящем PostgreSQL. Аня регистрируется и входит.

# %%
from fastapi.testclient import TestClient
from httpx2 import Response

from checks.notebooks.lab import Lab, brief

lab = Lab("day3-security")
day3 = lab.load("day3-security")
security, settings = day3.core.security, day3.core.config.Settings()
KEY = settings.secret_key.get_secret_value()
client = TestClient(day3.main.create_app(settings))

ANN = {"email": "ann@example.com", "password": "correct horse battery"}
answer = client.post("/api/auth/register", json={**ANN, "full_name": "Ann"})
assert answer.status_code == 201


def log_in() -> dict[str, str]:
    answer = client.post("/api/auth/login", json=ANN)
    assert answer.status_code == 200
    return answer.json()


def who_am_i(token: str) -> Response:
    headers = {"Authorization": f"Bearer {token}"}
    return client.get("/api/auth/me", headers=headers)


pair = log_in()
token = pair["access_token"]
assert who_am_i(token).json()["email"] == ANN["email"]

# %% [markdown] tags=["lang-en"]
# ## Predict: read it without the key
#
# The token was signed with `SECRET_KEY`. How much of it can somebody read who does not have the key?

# %% [markdown] tags=["lang-ru"]
# ## Предскажите: чтение без ключа
#
# Токен подписан ключом `SECRET_KEY`. Сколько в нём прочитает тот, у кого ключа нет?

# %% tags=["predicted"]
import base64
import json


def decoded(part: str) -> dict[str, object]:
    return json.loads(
        base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    )


head, body, signature = token.split(".")
claims = decoded(body)
lives = claims["exp"] - claims["iat"]
print("header: ", decoded(head))
print("claims: ", ", ".join(claims))
print(
    f"says:    user {claims['sub']}, {claims['type']}, for {lives} seconds"
)

# %%
assert decoded(head) == {"alg": "HS256", "typ": "JWT"}
assert set(claims) == {"sub", "type", "sid", "jti", "iat", "exp"}
assert lives == 60 * settings.access_token_expire_minutes == 1800

# %% [markdown] tags=["lang-en"]
# All of it. Base64 is an alphabet, not a lock. So a token holds ids and instants, and nothing that a
# stranger must not see: no e-mail, no role that somebody may lose before `exp`.
#
# ## Predict: change one letter
#
# At each place of the token you put each of the other 63 letters, one at a time: more than ten thousand
# tokens. How many of them does the reference solution accept?

# %% [markdown] tags=["lang-ru"]
# Всё. Base64 — это алфавит, а не замок. Поэтому в токене номера и моменты времени и ничего, чего не
# должен видеть посторонний: ни почты, ни роли, которую могут отобрать раньше, чем наступит `exp`.
#
# ## Предскажите: одна буква
#
# На каждое место токена вы по очереди ставите каждую из остальных 63 букв: больше десяти тысяч токенов.
# Сколько из них примет эталонное решение?

# %% tags=["predicted"]
from string import ascii_letters, digits

LETTERS = ascii_letters + digits + "-_"
ACCESS, REFRESH = security.TokenType.ACCESS, security.TokenType.REFRESH


def accepts(token: str) -> bool:
    """What the reference solution says to an access token."""
    try:
        security.read_token(ACCESS, token, settings)
    except security.InvalidToken:
        return False
    return True


def signature_of(token: str) -> bytes:
    """The 32 bytes, by Python's own base64."""
    return base64.urlsafe_b64decode(token.rpartition(".")[2] + "=")


places = [place for place, letter in enumerate(token) if letter != "."]
tried, passed, same_bytes = 0, 0, []
for place in places:
    for letter in LETTERS.replace(token[place], ""):
        changed = token[:place] + letter + token[place + 1 :]
        tried += 1
        passed += accepts(changed)
        signature_only = changed.startswith(f"{head}.{body}.")
        if signature_only and signature_of(changed) == signature_of(token):
            same_bytes.append(place)
print(f"{passed} accepted")
print(f"{len(same_bytes)} have the same signature, in other letters")

# %%
assert passed == 0
assert tried > 10_000
assert same_bytes == [len(token) - 1] * 3

# %% [markdown] tags=["lang-en"]
# None. Header and claims are signed as letters, so any other letter is another text. But look at the
# second line. A signature of 32 bytes takes 43 letters, which have room for two bits more, and nobody
# needs those: four spellings of the last letter are the same bytes. PyJWT refuses three of them, out of
# strictness; not every library does. Whoever forbids a token by its *text* has then forbidden one
# spelling of four. That is what `jti` and `sid` are for.
#
# ## Seven forgeries
#
# The first is no forgery at all; it shows that the readers can say yes. The others are what RFC 8725
# warns of.

# %% [markdown] tags=["lang-ru"]
# Ни одного. Заголовок и поля подписаны буква в букву, и другая буква — это уже другой текст. Но
# взгляните на вторую строку. Подпись из 32 байт занимает 43 буквы, и в них остаётся место ещё на два
# бита, которые никому не нужны: четыре написания последней буквы — это одни и те же байты. Три из них
# PyJWT не принимает, из строгости; так поступает не всякая библиотека. Тогда тот, кто запретил токен по
# *тексту*, запретил одно написание из четырёх. Для этого и нужны `jti` и `sid`.
#
# ## Семь подделок
#
# Первая строка — вовсе не подделка: она показывает, что читатели умеют говорить «да». Об остальных
# предупреждает RFC 8725.

# %%
import jwt


def encoded(value: dict[str, object]) -> str:
    raw = json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(changes: dict[str, object], key: str = KEY) -> str:
    """Ann's claims with changes; None takes a claim out."""
    kept = {
        name: value
        for name, value in {**claims, **changes}.items()
        if value is not None
    }
    return jwt.encode(kept, key, "HS256")


SOMEBODY_ELSE = {"sub": "2"}
FORGERIES = {
    "genuine": token,
    "claims changed": f"{head}.{encoded({**claims, **SOMEBODY_ELSE})}.{signature}",
    "alg: none": jwt.encode({**claims, **SOMEBODY_ELSE}, None, "none"),
    "another key": signed(SOMEBODY_ELSE, key="x" * 32),
    "expired": signed({"exp": claims["iat"] - 1}),
    "without exp": signed({"exp": None}),
    "refresh token": pair["refresh_token"],
    "user id of 2**40": signed({"sub": str(2**40)}),
}

# %% [markdown] tags=["lang-en"]
# And four readers, each more careful than the one before. The third is `jwt.decode` as its first
# example shows it.

# %% [markdown] tags=["lang-ru"]
# И четыре читателя, каждый осторожнее предыдущего. Третий — `jwt.decode` в том виде, в каком его
# показывает первый же пример.


# %%
def only_decodes(token: str) -> object:
    """Reads, as you did above."""
    return jwt.decode(token, options={"verify_signature": False})


def trusts_the_header(token: str) -> object:
    """Lets the token say how it wants to be checked."""
    algorithm = jwt.get_unverified_header(token)["alg"]
    if algorithm == "none":
        return only_decodes(token)
    return jwt.decode(token, KEY, algorithms=[algorithm])


def checks_the_signature(token: str) -> object:
    return jwt.decode(token, KEY, algorithms=["HS256"])


def the_reference(token: str) -> object:
    return security.read_token(ACCESS, token, settings)


READERS = (
    only_decodes,
    trusts_the_header,
    checks_the_signature,
    the_reference,
)


def lets_in(reader: object, token: str) -> bool:
    try:
        reader(token)
    except (jwt.InvalidTokenError, security.InvalidToken):
        return False
    return True


# %% [markdown] tags=["lang-en"]
# ## Predict: who lets whom in?
#
# Draw the table, eight rows and four columns, before you run the cell. Which column is the first
# without a mistake?

# %% [markdown] tags=["lang-ru"]
# ## Предскажите: кто кого впустит?
#
# Нарисуйте таблицу, восемь строк и четыре столбца, а потом запускайте ячейку. В каком столбце
# впервые нет ни одной ошибки?

# %%
admitted = {
    name: [lets_in(reader, forged) for reader in READERS]
    for name, forged in FORGERIES.items()
}

# %% tags=["predicted"]
print(" " * 18 + "decodes  header  signature  reference")
for name, row in admitted.items():
    marks = ["in" if each else "-" for each in row]
    print(
        f"{name:18}{marks[0]:^7}  {marks[1]:^6}  {marks[2]:^9}  {marks[3]:^9}"
    )

# %%
wrong = [sum(column) - 1 for column in zip(*admitted.values(), strict=True)]
assert all(admitted["genuine"])
assert wrong == [7, 4, 3, 0]
assert admitted["alg: none"] == [True, True, False, False]
assert admitted["refresh token"] == [True, True, True, False]

# %% tags=["plot"] alt_en="A table of eight tokens and four readers. Who only decodes lets all eight in. Who trusts the header lets in the genuine one, alg none, the one without exp, the refresh token and the impossible user id. Who checks the signature refuses alg none as well. The reference lets in the genuine token only." alt_ru="Таблица: восемь токенов и четыре читателя. Кто только читает, впускает все восемь. Кто верит заголовку, впускает настоящий, alg none, токен без exp, refresh-токен и невозможный номер пользователя. Кто проверяет подпись, не впускает ещё и alg none. Эталонное решение впускает только настоящий."
import matplotlib.pyplot as plt

plt.style.use("../eventure.mplstyle")
figure, axes = plt.subplots(figsize=(6.6, 3.8))
axes.grid(visible=False)
for row, (name, marks) in enumerate(admitted.items()):
    for column, inside in enumerate(marks):
        right = inside == (name == "genuine")
        axes.add_patch(
            plt.Rectangle(
                (column - 0.47, row - 0.44),
                0.94,
                0.88,
                color="#CFE8DF" if right else "#D55E00",
            )
        )
        axes.text(
            column,
            row,
            WORDS["yes"] if inside else WORDS["no"],
            ha="center",
            va="center",
            color="#1A1A1A" if right else "white",
            weight="normal" if right else "bold",
        )
axes.set(xlim=(-0.5, 3.5), ylim=(7.5, -0.5))
axes.set_xticks(range(4), WORDS["readers"])
axes.set_yticks(range(8), admitted)
axes.tick_params(length=0)
axes.xaxis.tick_top()
for spine in axes.spines.values():
    spine.set_visible(False)
plt.show()

# %% [markdown] tags=["lang-en"]
# `checks the signature` believes whatever we have ever signed: a token without an end, a refresh token
# that is meant for another door, an id that no database gives out. The signature says who wrote the
# note. It does not say that the note is for *this* reader, and *now*. The reference asks for that:
#
# | the line in `app/core/security.py` | stops |
# |---|---|
# | `algorithms=[settings.algorithm]` | `alg: none`, and whatever else the sender would like |
# | `options={"require": [...]}` | what has no `exp`: PyJWT forgives a claim that is missing |
# | `payload["type"] != kind` | a refresh token as an access token |
# | `0 < user_id <= MAX_USER_ID` | an id that would be the database's error, so a 500 |
#
# The whole app says the same, and each refusal with the same words and header:

# %% [markdown] tags=["lang-ru"]
# `checks the signature` верит всему, что мы когда-либо подписали: токену без срока, refresh-токену,
# который для другой двери, номеру, какого база не выдаёт. Подпись говорит, кто написал записку. Она
# не говорит, что записка для *этого* читателя и что она *сейчас* верна. Об этом спрашивает эталон:
#
# | строка в `app/core/security.py` | кого останавливает |
# |---|---|
# | `algorithms=[settings.algorithm]` | `alg: none` и всё, чего ещё захочет отправитель |
# | `options={"require": [...]}` | токен без `exp`: пропавшее поле PyJWT прощает |
# | `payload["type"] != kind` | refresh-токен в роли access-токена |
# | `0 < user_id <= MAX_USER_ID` | номер, на котором споткнётся база, то есть ответ 500 |
#
# Всё приложение говорит то же, и каждый отказ — теми же словами и с тем же заголовком:

# %%
refusals = set()
for name, forged in FORGERIES.items():
    answer = who_am_i(forged)
    print(answer.status_code, name)
    if name != "genuine":
        refusals.add((answer.headers["WWW-Authenticate"], answer.text))
        assert answer.status_code == 401
((header, said),) = refusals
print(f"\nWWW-Authenticate: {header}\n{said}")

# %% [markdown] tags=["lang-en"]
# ## The key
#
# The signature is as good as the key is hard to guess. And for guessing nobody has to ask your server:
# the token that is to be hit lies on the guesser's own disk. How many statements does PostgreSQL see
# while somebody tries?

# %% [markdown] tags=["lang-ru"]
# ## Ключ
#
# Подпись стоит ровно столько, насколько трудно угадать ключ. А чтобы угадывать, ваш сервер не нужен:
# токен, под который подбирают, лежит на диске у того, кто подбирает. Сколько запросов увидит
# PostgreSQL, пока кто-то пробует?

# %% tags=["predicted"]
import warnings

warnings.simplefilter("ignore", jwt.InsecureKeyLengthWarning)
FAVOURITES = [
    "123456",
    "password",
    "admin",
    "changeme",
    "jwt",
    "mysecret",
    "test",
    "secret",
    "key",
]
careless = signed({}, key="secret")


def fits(key: str) -> bool:
    try:
        jwt.decode(careless, key, algorithms=["HS256"])
    except jwt.InvalidSignatureError:
        return False
    return True


with lab.sql() as sent:
    guesses = next(
        n for n, key in enumerate(FAVOURITES, start=1) if fits(key)
    )
print(f"guessed after {guesses} tries, {len(sent)} statements")

# %%
assert (guesses, len(sent)) == (8, 0)

# %% [markdown] tags=["lang-en"]
# No rate limit helps, and no log line warns. So the key has to be long. RFC 7518 (section 3.2) wants
# one no shorter than the hash, 32 bytes for HS256. The app refuses to start with less:

# %% [markdown] tags=["lang-ru"]
# Никакое ограничение попыток не поможет, и в журнале ничего не появится. Значит, ключ должен быть
# длинным. RFC 7518 (раздел 3.2) требует не короче самого хеша, для HS256 — 32 байта. С меньшим
# приложение не запустится:

# %%
from pydantic import ValidationError

for key in ("secret", "x" * 31, "x" * 32):
    try:
        day3.core.config.Settings(secret_key=key)
        said = "accepted"
    except ValidationError as error:
        said = error.errors()[0]["msg"]
    print(f"{len(key):2} bytes: {said}")
    assert (said == "accepted") == (len(key) >= 32)

# %% [markdown] tags=["lang-en"]
# ## The clock
#
# `exp` is an instant, and two machines have two clocks. `leeway` forgives the difference. One token
# ended half a minute ago, one an hour ago. Who is let in with a leeway of 0, and of 60 seconds?

# %% [markdown] tags=["lang-ru"]
# ## Часы
#
# `exp` — это момент, а у двух машин двое часов. Разницу прощает `leeway`. Один токен кончился
# полминуты назад, другой час назад. Кого впустят с запасом 0 и с запасом 60 секунд?

# %% tags=["predicted"]
import time

now = int(time.time())
ENDS = {"in an hour": 3600, "half a minute ago": -30, "an hour ago": -3600}
inside = {}
for name, seconds in ENDS.items():
    ending = signed({"exp": now + seconds})
    for leeway in (0, 60):
        try:
            jwt.decode(ending, KEY, algorithms=["HS256"], leeway=leeway)
        except jwt.ExpiredSignatureError:
            inside[name, leeway] = False
        else:
            inside[name, leeway] = True
    print(f"{name:18} {inside[name, 0]!s:6} {inside[name, 60]}")

# %%
assert list(inside.values()) == [True, True, False, True, False, False]

# %% [markdown] tags=["lang-en"]
# Leeway makes every token live longer, a stolen one too. The reference has none: the machine that
# signs is the one that reads. Set it where the two are different machines, and set it in seconds.
#
# ## The price of a password
#
# A token is checked a thousand times an hour, so its hash is quick. A password's hash must be slow,
# for the thief who has the table. How slow is a number that stands in the hash itself:

# %% [markdown] tags=["lang-ru"]
# Запас продлевает жизнь каждому токену, и украденному тоже. В эталоне его нет: кто подписывает, тот
# и читает. Задавайте его там, где это разные машины, и задавайте в секундах.
#
# ## Цена пароля
#
# Токен проверяют тысячу раз в час, поэтому его хеш быстрый. Хеш пароля обязан быть медленным, ради
# вора, у которого уже есть таблица. Насколько медленным — говорит число, которое стоит в самом хеше:

# %%
ROUNDS = (4, 6, 8, 10, 12)
hashes = {r: security.hash_password(ANN["password"], r) for r in ROUNDS}
for rounds, hashed in hashes.items():
    print(f"{hashed[:7]}…  2**{rounds} = {2**rounds:4} repetitions")
    assert hashed.startswith(f"$2b${rounds:02}$")
    assert security.verify_password(ANN["password"], hashed)

again = security.hash_password(ANN["password"], 4)
assert again != hashes[4], "each hash has a salt of its own"

# %% [markdown] tags=["lang-en"]
# `verify_password` is not told the rounds: it reads them from the hash. So you can raise them today,
# and yesterday's hashes still work. What a step costs, measured on the machine that made this page:

# %% [markdown] tags=["lang-ru"]
# `verify_password` раундов не знает: она читает их из хеша. Поэтому поднять их можно сегодня, а
# вчерашние хеши продолжат работать. Во что обходится шаг, измерено на машине, где сделана эта
# страница:


# %% tags=["measured", "plot"] alt_en="A bar chart of the time that one bcrypt hash takes, in milliseconds, at 4, 6, 8, 10 and 12 rounds. Each bar is several times as high as the one before it; the last one dwarfs the first three." alt_ru="Столбцы: сколько миллисекунд занимает один хеш bcrypt при 4, 6, 8, 10 и 12 раундах. Каждый столбец в несколько раз выше предыдущего, и рядом с последним первых трёх почти не видно."
def best_of(rounds: int, tries: int = 3) -> float:
    times = []
    for _ in range(tries):
        began = time.perf_counter()
        security.verify_password(ANN["password"], hashes[rounds])
        times.append(time.perf_counter() - began)
    return 1000 * min(times)


took = [best_of(rounds) for rounds in ROUNDS]
figure, axes = plt.subplots(figsize=(6, 3))
bars = axes.bar([str(rounds) for rounds in ROUNDS], took, width=0.6)
axes.bar_label(bars, fmt="%.0f", padding=2)
axes.set(xlabel=WORDS["rounds"], ylabel=WORDS["cost"])
plt.show()

# %% [markdown] tags=["lang-en"]
# And bcrypt reads 72 bytes, no more. Somebody has to decide what happens to the 73rd. Cut off, it
# would make two passwords one. Here a login with it fails like any other, and a registration is told:

# %% [markdown] tags=["lang-ru"]
# А читает bcrypt 72 байта, не больше. Что делать с 73-м, кто-то должен решить. Если его отрезать, два
# пароля станут одним. Здесь вход с ним проваливается, как любой другой, а при регистрации об этом
# говорят:

# %%
long = "пароль" * 7
assert len(long) == 42
assert len(long.encode()) == 84
stranger = {
    "email": "bob@example.com",
    "full_name": "Bob",
    "password": long,
}
registered = client.post("/api/auth/register", json=stranger)
entered = client.post("/api/auth/login", json={**ANN, "password": long})
print("register:", registered.status_code)
print("log in:  ", entered.status_code)

assert registered.status_code == 422
assert entered.status_code in {401, 422}

# %% [markdown] tags=["lang-en"]
# ## Rotation
#
# An access token cannot be taken back, so it is short. The refresh token lives for a week and is good
# for one use. Ann logs in on her laptop and on her phone. The laptop refreshes twice. Then somebody
# sends the laptop's *first* refresh token once more: a copy.
#
# Which of the four still work afterwards: the laptop's newest refresh token, the laptop's newest
# access token, the phone's refresh token, the phone's access token?

# %% [markdown] tags=["lang-ru"]
# ## Ротация
#
# Access-токен назад не заберёшь, поэтому он короткий. Refresh-токен живёт неделю и годится один раз.
# Аня вошла с ноутбука и с телефона. Ноутбук обновился дважды. Потом кто-то прислал *первый*
# refresh-токен ноутбука ещё раз: копию.
#
# Что из четырёх после этого работает: новейший refresh-токен ноутбука, его новейший access-токен,
# refresh-токен телефона, access-токен телефона?


# %%
def refresh(refresh_token: str) -> Response:
    body = {"refresh_token": refresh_token}
    return client.post("/api/auth/refresh", json=body)


laptop, phone = [log_in()], [log_in()]
for _ in range(2):
    laptop.append(refresh(laptop[-1]["refresh_token"]).json())
assert len({each["refresh_token"] for each in laptop}) == 3

with lab.sql() as sent:
    replayed = refresh(laptop[0]["refresh_token"])

# %% tags=["predicted"]
after = {
    "the copy": replayed,
    "laptop, access": who_am_i(laptop[-1]["access_token"]),
    "laptop, refresh": refresh(laptop[-1]["refresh_token"]),
    "phone, access": who_am_i(phone[-1]["access_token"]),
    "phone, refresh": refresh(phone[-1]["refresh_token"]),
}
for name, answer in after.items():
    print(answer.status_code, name)

# %%
assert [each.status_code for each in after.values()] == [
    401,
    401,
    401,
    200,
    200,
]

# %% [markdown] tags=["lang-en"]
# The laptop's whole family has ended, the thief's part of it and Ann's. Nobody can tell which of the
# two sent the copy; whoever knows the password begins a new family. The phone is another login, and
# does not notice.
#
# What PostgreSQL was asked for the copy:

# %% [markdown] tags=["lang-ru"]
# Всё семейство ноутбука завершено, и воровская часть, и Анина. Кто из двоих прислал копию, узнать
# нельзя; кто знает пароль, начнёт новое семейство. Телефон — это другой вход, он ничего не заметил.
#
# О чём спросили PostgreSQL ради копии:

# %%
from textwrap import fill

for statement in sent:
    print(fill(brief(statement), 76), end="\n\n")

assert [statement.split()[0] for statement in sent] == [
    "SELECT",
    "UPDATE",
    "UPDATE",
]

# %% [markdown] tags=["lang-en"]
# The question stands inside the first `UPDATE`: mark it as used *if* it is unused, and say whether you
# did. Two requests at once cannot both hear yes. It marked nothing this time, so the second one revokes
# the family.
#
# ## Why?
#
# <details>
# <summary>Why is the role not in the token?</summary>
#
# What stands there is true until `exp`. Whoever is demoted would keep the role for half an hour. An id
# does not change; everything else is read from the database at each request.
#
# </details>
#
# <details>
# <summary>Why must the reader name the algorithm, if it stands in the header?</summary>
#
# The header was written by whoever sent the token. To let it choose the check is to let the visitor
# bring the lock.
#
# </details>
#
# <details>
# <summary>Why does every refusal say the same?</summary>
#
# "Expired" tells a forger that the signature was right. Ann needs one thing only: to log in again.
#
# </details>
#
# <details>
# <summary>Why is a database asked for each access token, if a JWT needs none?</summary>
#
# Because of task 3.5: a logout ends at once, and only a memory can know of it. The price is a query for
# each request. Whoever will not pay it waits for `exp`.
#
# </details>
#
# ## Key points
#
# - A token is readable by all. Signed is not secret.
# - The signature says who wrote it. For whom, for what and until when, you have to ask besides.
# - What is missing is forgiven, unless you require it.
# - A short key is guessed without you. A long one costs nothing.
# - A refresh token works once; its second use is an alarm, and ends the family.

# %% [markdown] tags=["lang-ru"]
# Вопрос стоит прямо в первом `UPDATE`: пометь использованным, *если* он не использован, и скажи,
# пометил ли. Два запроса разом не услышат «да» оба. На этот раз он не пометил ничего, и второй
# отзывает семейство.
#
# ## Почему?
#
# <details>
# <summary>Почему в токене нет роли?</summary>
#
# Что в нём стоит, то верно до `exp`. Разжалованный сохранил бы роль ещё на полчаса. Номер не меняется,
# а всё остальное читают из базы при каждом запросе.
#
# </details>
#
# <details>
# <summary>Почему алгоритм называет читатель, если он стоит в заголовке?</summary>
#
# Заголовок написал тот, кто прислал токен. Позволить ему выбирать проверку — всё равно что просить
# гостя принести замок с собой.
#
# </details>
#
# <details>
# <summary>Почему все отказы одинаковы?</summary>
#
# «Срок истёк» скажет подделывателю, что с подписью он угадал. Ане же нужно знать одно: войти ещё раз.
#
# </details>
#
# <details>
# <summary>Почему ради каждого access-токена спрашивают базу, если JWT она не нужна?</summary>
#
# Из-за задания 3.5: выход действует сразу, а знать о нём может только тот, кто помнит. Цена — запрос
# на каждое обращение. Кто не хочет платить, ждёт `exp`.
#
# </details>
#
# ## Главное
#
# - Токен читают все. Подписан — не значит секретен.
# - Подпись говорит, кто написал. Для кого, для чего и до каких пор — спрашивайте отдельно.
# - Чего в токене нет, то прощается, если вы этого не потребовали.
# - Короткий ключ угадают без вас. Длинный ничего не стоит.
# - Refresh-токен работает один раз; второе использование — тревога, и семейство завершается.

# %% tags=["remove-cell"]
lab.close()
