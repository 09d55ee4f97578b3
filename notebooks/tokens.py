# %% [markdown] tags=["lang-en"]
# # JWT: what a token contains, and how to verify it
#
# About 50 minutes. It goes with tasks
# [3.1](../../days/day3-security/exercises/3.1-refresh-tokens.md) and
# [3.5](../../days/day3-security/exercises/3.5-logout.md).
#
# A JWT is a signed statement about a user. Anybody can read a token, and anybody can write one. So
# security depends on how the server verifies it. Here you forge seven tokens, pass them to four
# verifiers, and count which ones each verifier accepts.
#
# Afterwards you can
#
# - read any token without a key, and say what must not be in one,
# - name for each check of the reference solution the forgery that it stops,
# - explain why a refresh token works once, and what its second use means.

# %% [markdown] tags=["lang-ru"]
# # JWT: что лежит в токене и как его проверять
#
# Около 50 минут. К заданиям [3.1](../../days/day3-security/exercises/3.1-refresh-tokens.ru.md) и
# [3.5](../../days/day3-security/exercises/3.5-logout.ru.md).
#
# JWT — это подписанное утверждение о пользователе. Прочитать токен может кто угодно, и написать
# тоже. Поэтому безопасность зависит от того, как сервер его проверяет. Здесь вы подделаете семь
# токенов, передадите их четырём проверяющим функциям и посчитаете, какие из них приняты.
#
# После этого вы сможете
#
# - прочитать любой токен без ключа и сказать, чего в нём быть не должно;
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
    "yes": "yes",
    "no": "no",
    "rounds": "rounds",
    "cost": "one hash, in milliseconds",
    "laptop 1": "laptop, first",
    "laptop 2": "laptop, second",
    "laptop 3": "laptop, third",
    "phone": "phone",
    "moments": [
        "log in",
        "refresh",
        "refresh",
        "the copy\nof the first",
        "afterwards",
    ],
}

# %% tags=["lang-ru", "remove-cell"]
WORDS = {
    "readers": [
        "только\nчитает",
        "верит\nзаголовку",
        "проверяет\nподпись",
        "эталонное\nрешение",
    ],
    "yes": "да",
    "no": "нет",
    "rounds": "раундов",
    "cost": "один хеш, миллисекунд",
    "laptop 1": "ноутбук, первый",
    "laptop 2": "ноутбук, второй",
    "laptop 3": "ноутбук, третий",
    "phone": "телефон",
    "moments": [
        "вход",
        "обновление",
        "обновление",
        "копия\nпервого",
        "потом",
    ],
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
# The token was signed with `SECRET_KEY`. How much of the token can an attacker without the key
# read?

# %% [markdown] tags=["lang-ru"]
# ## Предскажите: чтение без ключа
#
# Токен подписан ключом `SECRET_KEY`. Сколько в токене прочитает злоумышленник без ключа?

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
# All of it. Base64 is an encoding, not encryption. So a token contains ids and timestamps, and
# nothing secret: no e-mail, and no role, because a user may lose a role before `exp`.
#
# ## Predict: change one letter
#
# At each position of the token you try each of the other 63 letters, one at a time: more than ten
# thousand tokens. How many of them does the reference solution accept?

# %% [markdown] tags=["lang-ru"]
# Всё. Base64 — это кодирование, а не шифрование. Поэтому в токене id и метки времени и ничего
# секретного: ни почты, ни роли, ведь роль могут отобрать раньше, чем наступит `exp`.
#
# ## Предскажите: одна буква
#
# В каждой позиции токена вы по очереди пробуете каждую из остальных 63 букв: больше десяти тысяч
# токенов. Сколько из них примет эталонное решение?

# %% tags=["predicted"]
from string import ascii_letters, digits

LETTERS = ascii_letters + digits + "-_"
ACCESS, REFRESH = security.TokenType.ACCESS, security.TokenType.REFRESH


def accepts(token: str) -> bool:
    """Whether the reference solution accepts it as an access token."""
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
# None. The signature covers the encoded letters of header and claims, so any other letter breaks
# it. But look at the second line. A signature of 32 bytes takes 43 letters, and these have two
# spare bits: four spellings of the last letter decode to the same bytes. PyJWT rejects three of
# them because it is strict; not every library does. A deny list of token *texts* would then block
# only one spelling of four. So a deny list uses `jti` or `sid`.
#
# ## HMAC by hand
#
# HS256 is HMAC with SHA-256. The algorithm is four lines (RFC 2104): a hash of the key and the
# message, and around it a second hash of the key. It needs no secret but the key.

# %% [markdown] tags=["lang-ru"]
# Ни одного. Подпись вычислена по закодированным буквам заголовка и полей, поэтому любая другая
# буква её нарушает. Но взгляните на вторую строку. Подпись из 32 байт занимает 43 буквы, и в них
# остаётся два лишних бита: четыре написания последней буквы раскодируются в одни и те же байты. Три
# из них PyJWT отвергает, потому что он строг; так поступает не всякая библиотека. Список
# запрещённых *текстов* токена заблокировал бы тогда одно написание из четырёх. Поэтому в таком
# списке хранят `jti` или `sid`.
#
# ## HMAC вручную
#
# HS256 — это HMAC с SHA-256. Алгоритм занимает четыре строки (RFC 2104): хеш от ключа и сообщения, а
# вокруг него второй хеш с тем же ключом. Кроме ключа, секретов в нём нет.

# %%
import hashlib
import hmac


def hmac_by_hand(key: bytes, message: bytes) -> bytes:
    """HMAC with SHA-256, whose block has 64 bytes."""
    if len(key) > 64:
        key = hashlib.sha256(key).digest()
    block = key.ljust(64, b"\0")
    inner = bytes(byte ^ 0x36 for byte in block) + message
    outer = bytes(byte ^ 0x5C for byte in block)
    return hashlib.sha256(outer + hashlib.sha256(inner).digest()).digest()


by_hand = hmac_by_hand(KEY.encode(), f"{head}.{body}".encode())
print("by hand == the token's:", by_hand == signature_of(token))

assert by_hand == signature_of(token)
assert by_hand == hmac.digest(
    KEY.encode(), f"{head}.{body}".encode(), "sha256"
)

# %% [markdown] tags=["lang-en"]
# ## Seven forgeries
#
# The first row is no forgery; it shows that every verifier accepts a genuine token. RFC 8725 warns
# of the others.

# %% [markdown] tags=["lang-ru"]
# ## Семь подделок
#
# Первая строка — не подделка: она показывает, что все функции принимают настоящий токен. Об
# остальных предупреждает RFC 8725.

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
# Four verifiers follow, each more careful than the one before. The third is `jwt.decode` as in the
# first example of PyJWT's documentation.

# %% [markdown] tags=["lang-ru"]
# Дальше четыре проверяющие функции, каждая осторожнее предыдущей. Третья — `jwt.decode`, как в
# первом примере документации PyJWT.


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


def accepted_by(reader: object, token: str) -> bool:
    try:
        reader(token)
    except (jwt.InvalidTokenError, security.InvalidToken):
        return False
    return True


# %% [markdown] tags=["lang-en"]
# ## Predict: which tokens are accepted?
#
# Draw the table, eight rows and four columns, before you run the cell. Which column is the first
# without a mistake?

# %% [markdown] tags=["lang-ru"]
# ## Предскажите: какие токены будут приняты?
#
# Нарисуйте таблицу, восемь строк и четыре столбца, а потом запускайте ячейку. В каком столбце
# впервые нет ни одной ошибки?

# %%
admitted = {
    name: [accepted_by(reader, forged) for reader in READERS]
    for name, forged in FORGERIES.items()
}

# %% tags=["predicted"]
print(" " * 18 + "decodes  header  signature  reference")
for name, row in admitted.items():
    marks = ["yes" if each else "-" for each in row]
    print(
        f"{name:18}{marks[0]:^7}  {marks[1]:^6}  {marks[2]:^9}  {marks[3]:^9}"
    )

# %%
wrong = [sum(column) - 1 for column in zip(*admitted.values(), strict=True)]
assert all(admitted["genuine"])
assert wrong == [7, 4, 3, 0]
assert admitted["alg: none"] == [True, True, False, False]
assert admitted["refresh token"] == [True, True, True, False]

# %% tags=["plot"] alt_en="A table of eight tokens and four verifiers. The verifier that only decodes accepts all eight. The one that trusts the header accepts the genuine token, alg none, the token without exp, the refresh token and the impossible user id. The one that checks the signature rejects alg none as well. The reference accepts the genuine token only." alt_ru="Таблица: восемь токенов и четыре проверяющие функции. Та, что только читает, принимает все восемь. Та, что верит заголовку, принимает настоящий, alg none, токен без exp, refresh-токен и невозможный id пользователя. Та, что проверяет подпись, отвергает ещё и alg none. Эталонное решение принимает только настоящий."
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
# `checks the signature` accepts every token that was signed with the key: a token without `exp`, a
# refresh token in place of an access token, an id that the database never assigns. A valid
# signature proves the author. It does not prove that the token is meant for *this* use, or that it
# is still valid. The reference checks both:
#
# | the line in `app/core/security.py` | rejects |
# |---|---|
# | `algorithms=[settings.algorithm]` | `alg: none`, and every other algorithm that the sender chooses |
# | `options={"require": [...]}` | a token without `exp`: by default, PyJWT accepts a missing claim |
# | `payload["type"] != kind` | a refresh token as an access token |
# | `0 < user_id <= MAX_USER_ID` | an id that is out of the database's range, which would be a 500 |
#
# The whole app agrees, and every 401 has the same body and header:

# %% [markdown] tags=["lang-ru"]
# `checks the signature` принимает любой токен, подписанный этим ключом: токен без `exp`,
# refresh-токен вместо access-токена, id, которого база не выдаёт. Верная подпись доказывает, кто
# автор. Она не доказывает, что токен предназначен для *этого* использования и что он ещё
# действителен. Эталонное решение проверяет и то и другое:
#
# | строка в `app/core/security.py` | что отвергает |
# |---|---|
# | `algorithms=[settings.algorithm]` | `alg: none` и любой другой алгоритм, который выбрал отправитель |
# | `options={"require": [...]}` | токен без `exp`: по умолчанию PyJWT допускает, что поля нет |
# | `payload["type"] != kind` | refresh-токен вместо access-токена |
# | `0 < user_id <= MAX_USER_ID` | id вне диапазона базы, который дал бы ответ 500 |
#
# Приложение целиком ведёт себя так же, и у всех ответов 401 одинаковые тело и заголовок:

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
# ## Predict: key confusion
#
# Some servers sign with a private key, and everybody may have the public one. A verifier that takes
# the algorithm from the header, and uses the one key that it has, can be told to use the public key
# as a secret for HS256. Everybody knows this secret. Here an attacker signs so, with the example key
# of RFC 8410. Which of the three verifiers accepts the token?

# %% [markdown] tags=["lang-ru"]
# ## Предскажите: путаница ключей
#
# Некоторые серверы подписывают закрытым ключом, а открытый может получить кто угодно. Если
# проверяющий берёт алгоритм из заголовка, а ключ — единственный, который у него есть, ему можно
# велеть использовать открытый ключ как секрет для HS256. Этот секрет знают все (key confusion).
# Здесь злоумышленник так и подписывает, ключом из примера в RFC 8410. Какой из трёх проверяющих
# примет токен?


# %%
PUBLIC_KEY = """-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
-----END PUBLIC KEY-----
"""
said = f"{head}.{encoded({**claims, **SOMEBODY_ELSE})}"
mac = hmac_by_hand(PUBLIC_KEY.encode(), said.encode())
confused = f"{said}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def one_key_for_all(token: str) -> object:
    """Takes the algorithm from the header and the key that it has."""
    message, _, _ = token.rpartition(".")
    if decoded(token.partition(".")[0])["alg"] == "HS256":
        made = hmac_by_hand(PUBLIC_KEY.encode(), message.encode())
        if not hmac.compare_digest(made, signature_of(token)):
            raise jwt.InvalidSignatureError
        return decoded(token.split(".")[1])
    raise NotImplementedError("EdDSA, which the attack does not need")


def two_algorithms(token: str) -> object:
    return jwt.decode(token, PUBLIC_KEY, algorithms=["EdDSA", "HS256"])


def one_algorithm(token: str) -> object:
    return jwt.decode(token, PUBLIC_KEY, algorithms=["EdDSA"])


# %% tags=["predicted"]
verdicts = {}
for verifier in (one_key_for_all, two_algorithms, one_algorithm):
    try:
        verdicts[verifier.__name__] = f"user {verifier(confused)['sub']}"
    except (jwt.InvalidTokenError, jwt.InvalidKeyError) as error:
        verdicts[verifier.__name__] = type(error).__name__
    print(f"{verifier.__name__:16} {verdicts[verifier.__name__]}")

# %%
assert list(verdicts.values()) == [
    "user 2",
    "InvalidKeyError",
    "InvalidAlgorithmError",
]

# %% [markdown] tags=["lang-en"]
# The first verifier lets the attacker in as user 2. PyJWT refuses a public key as a secret, because
# it knows the look of such a key; that is a second line of defence. The first one is the third
# verifier: one algorithm for one key. The reference has one, too.
#
# ## The key
#
# A signature is only as strong as its key is hard to guess. An attacker can guess keys offline,
# without your server: any token that they have is enough to test a key. How many statements does
# PostgreSQL get during the attack?

# %% [markdown] tags=["lang-ru"]
# Первый проверяющий впустил злоумышленника как пользователя 2. PyJWT отказывается брать открытый
# ключ как секрет, потому что узнаёт его вид; это вторая линия защиты. Первая — третий проверяющий:
# для одного ключа один алгоритм. В эталонном решении он тоже один.
#
# ## Ключ
#
# Подпись надёжна ровно настолько, насколько трудно угадать ключ. Подбирать ключ можно без вашего
# сервера: чтобы проверить догадку, злоумышленнику достаточно любого токена. Сколько запросов
# получит PostgreSQL во время атаки?

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
# No rate limit stops this attack, and no log line reports it. So the key has to be long. RFC 7518
# (section 3.2) requires a key no shorter than the hash, 32 bytes for HS256. The app refuses to
# start with a shorter key:

# %% [markdown] tags=["lang-ru"]
# Никакое ограничение частоты эту атаку не остановит, и в журнале её не видно. Значит, ключ должен
# быть длинным. RFC 7518 (раздел 3.2) требует ключ не короче самого хеша, для HS256 — 32 байта. С
# более коротким ключом приложение не запустится:

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
# ## Clock skew
#
# `exp` is a timestamp, and the clocks of two machines differ (clock skew). `leeway` tolerates the
# difference. One token expired half a minute ago, one an hour ago. Which of them is accepted with a
# leeway of 0, and which with 60 seconds?

# %% [markdown] tags=["lang-ru"]
# ## Расхождение часов
#
# `exp` — это метка времени, а часы двух машин расходятся (clock skew). Расхождение допускает
# `leeway`. Срок одного токена истёк полминуты назад, другого — час назад. Какие из них приняты с
# запасом 0 и какие с запасом 60 секунд?

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
# A leeway extends the life of every token, also of a stolen one. The reference has none, because
# one machine signs and verifies. Set a leeway where these are two machines, and keep it to a few
# seconds.
#
# ## The cost of a password hash
#
# A token is verified a thousand times an hour, so its hash is fast. A password's hash must be slow,
# against an attacker who has stolen the table. The hash itself contains a number that says how slow
# it is:

# %% [markdown] tags=["lang-ru"]
# Запас продлевает жизнь каждому токену, и украденному тоже. В эталонном решении его нет, потому что
# подписывает и проверяет одна машина. Задавайте запас там, где это разные машины, и не больше
# нескольких секунд.
#
# ## Цена хеша пароля
#
# Токен проверяют тысячу раз в час, поэтому его хеш быстрый. Хеш пароля должен быть медленным, на
# случай если таблицу украли. Насколько он медленный, говорит число, записанное в самом хеше:

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
# `verify_password` reads the rounds from the hash. So you can raise the number today, and
# yesterday's hashes still work. The cost of each step, measured on the machine that made this page:

# %% [markdown] tags=["lang-ru"]
# `verify_password` читает число раундов из хеша. Поэтому поднять его можно сегодня, а вчерашние
# хеши продолжат работать. Цена каждого шага, измеренная на машине, где сделана эта страница:


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
# bcrypt reads only the first 72 bytes of a password, so your app has to decide what to do with a
# longer one. If the app cut it off, two different passwords would be the same. Here a login with a
# longer password fails like any other wrong password, and a registration is a 422:

# %% [markdown] tags=["lang-ru"]
# bcrypt читает только первые 72 байта пароля, поэтому приложение должно решить, что делать с более
# длинным. Если его обрезать, два разных пароля совпадут. Здесь вход с более длинным паролем не
# удаётся, как с любым неверным, а на регистрацию ответ 422:

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
# An access token cannot be revoked by itself, so it is short-lived. A refresh token lives for a
# week and works once: each use replaces it with a new one (rotation). Ann logs in on her laptop and
# on her phone. The laptop refreshes twice. Then an attacker sends a copy of the laptop's *first*
# refresh token.
#
# Which of the four still work afterwards: the laptop's newest refresh token, the laptop's newest
# access token, the phone's refresh token, the phone's access token?

# %% [markdown] tags=["lang-ru"]
# ## Ротация
#
# Отдельный access-токен отозвать нельзя, поэтому он живёт недолго. Refresh-токен живёт неделю и
# работает один раз: при каждом использовании его заменяет новый (ротация). Аня вошла с ноутбука и с
# телефона. Ноутбук обновил токены дважды. Потом злоумышленник прислал копию *первого*
# refresh-токена ноутбука.
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
# The same as a timeline. Each line is a token; it is thick while the token works, and ends where
# the answer of the server says so.

# %% [markdown] tags=["lang-ru"]
# То же самое на шкале времени. Каждая линия — токен; она есть, пока токен работает, и обрывается
# там, где об этом говорит ответ сервера.

# %% tags=["plot"] alt_en="A timeline of five moments: log in, two refreshes, the copy, and afterwards. The laptop's first refresh token lasts from the login to the first refresh, the second one from there to the second refresh, the third one from there to the copy, where a cross ends it. The phone's refresh token lasts from the login to the end." alt_ru="Шкала времени: вход, два обновления, копия и после неё. Первый refresh-токен ноутбука действует от входа до первого обновления, второй — оттуда до второго, третий — оттуда до копии, где его обрывает крестик. Refresh-токен телефона действует от входа до конца."
MOMENTS = ("login", "refresh 1", "refresh 2", "copy", "after")
END = len(MOMENTS) - 1
reused = MOMENTS.index("copy")
spans = {f"laptop {n + 1}": (n, n + 1, False) for n in range(len(laptop))}
for name, token_set in (("laptop 3", "laptop"), ("phone", "phone")):
    works = after[f"{token_set}, refresh"].status_code == 200
    begins = 2 if token_set == "laptop" else 0
    spans[name] = (begins, END if works else reused, not works)
figure, axes = plt.subplots(figsize=(6.6, 2.4))
axes.grid(visible=False)
for row, (begins, ends, is_revoked) in enumerate(spans.values()):
    axes.plot(
        (begins, ends), (row, row), linewidth=8, solid_capstyle="butt"
    )
    if is_revoked:
        axes.plot(ends, row, "X", color="#404040", markersize=12)
axes.axvline(reused, color="#757575", linestyle=":")
axes.set_yticks(range(len(spans)), [WORDS[name] for name in spans])
axes.set_xticks(range(len(MOMENTS)), WORDS["moments"])
axes.set(ylim=(len(spans) - 0.4, -0.6), xlim=(-0.2, END + 0.1))
plt.show()

# %%
assert spans["laptop 3"] == (2, reused, True)
assert spans["phone"] == (0, END, False)

# %% [markdown] tags=["lang-en"]
# The laptop's whole refresh token family is revoked: the attacker's tokens and Ann's. The server
# cannot tell which of them sent the copy. Ann logs in with her password and starts a new family.
# The phone has a family of its own, and is not affected.
#
# PostgreSQL got these statements for the copy:

# %% [markdown] tags=["lang-ru"]
# Всё семейство refresh-токенов ноутбука отозвано: и токены злоумышленника, и токены Ани. Сервер не
# может узнать, кто из них прислал копию. Аня входит с паролем и начинает новое семейство. У
# телефона своё семейство, и его это не затронуло.
#
# Ради копии PostgreSQL получил такие запросы:

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
# The first `UPDATE` contains the check: it marks the token as used *if* it is unused, and reports
# whether it did. So two concurrent requests cannot both succeed. This time it marked no row, so the
# second `UPDATE` revokes the family.
#
# ## Why?
#
# <details>
# <summary>Why is the role not in the token?</summary>
#
# A claim is valid until `exp`. A demoted user would keep the role for half an hour. An id does not
# change; the app reads everything else from the database at each request.
#
# </details>
#
# <details>
# <summary>Why must the verifier name the algorithm, if the header contains it?</summary>
#
# The sender of the token wrote the header. If the header chooses the algorithm, the attacker
# chooses how the token is checked.
#
# </details>
#
# <details>
# <summary>Why are all refusals the same?</summary>
#
# "Expired" would tell an attacker that the signature was right. Ann needs to know only one thing:
# that she has to log in again.
#
# </details>
#
# <details>
# <summary>Why does the app query the database for each access token, if a JWT needs no database?</summary>
#
# Because of task 3.5: a logout takes effect at once, and only stored state can record it. The price
# is a query for each request. An app that does not pay it accepts the token until `exp`.
#
# </details>
#
# ## Key points
#
# - Anybody can read a token: it is signed, not encrypted.
# - A signature proves the author. Check the purpose and the expiry as well.
# - A missing claim is accepted, unless you require it.
# - A short key can be guessed offline. A long one costs nothing.
# - A refresh token works once; its second use is a sign of theft, and revokes the family.

# %% [markdown] tags=["lang-ru"]
# Проверка стоит прямо в первом `UPDATE`: он помечает токен использованным, *если* тот не
# использован, и сообщает, пометил ли. Поэтому два одновременных запроса не могут оба завершиться
# успешно. На этот раз он не пометил ни одной строки, и второй `UPDATE` отзывает семейство.
#
# ## Почему?
#
# <details>
# <summary>Почему в токене нет роли?</summary>
#
# Поле токена действует до `exp`. Разжалованный пользователь сохранил бы роль ещё на полчаса. Id не
# меняется, а всё остальное приложение читает из базы при каждом запросе.
#
# </details>
#
# <details>
# <summary>Почему алгоритм называет проверяющий, если он указан в заголовке?</summary>
#
# Заголовок написал отправитель токена. Если алгоритм выбирает заголовок, то способ проверки
# выбирает злоумышленник.
#
# </details>
#
# <details>
# <summary>Почему все отказы одинаковы?</summary>
#
# «Срок истёк» сообщило бы злоумышленнику, что подпись верна. Ане же нужно знать одно: что надо
# войти ещё раз.
#
# </details>
#
# <details>
# <summary>Почему ради каждого access-токена приложение обращается к базе, если JWT база не нужна?</summary>
#
# Из-за задания 3.5: выход действует сразу, а записать его можно только в хранимое состояние. Цена —
# запрос к базе на каждое обращение. Приложение, которое её не платит, принимает токен до `exp`.
#
# </details>
#
# ## Главное
#
# - Токен может прочитать кто угодно: он подписан, но не зашифрован.
# - Подпись доказывает, кто автор. Назначение и срок проверяйте отдельно.
# - Отсутствующее поле допускается, если вы его не потребовали.
# - Короткий ключ можно подобрать без вашего сервера. Длинный ничего не стоит.
# - Refresh-токен работает один раз; второе использование — признак кражи, и семейство отзывается.

# %% tags=["remove-cell"]
lab.close()
