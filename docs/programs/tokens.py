"""Day 3's `app.core.security`: a token that is read, changed, expired and forged."""

# %% read
import base64
import json
from datetime import timedelta
from uuid import uuid4

from app.core.config import Settings
from app.core.security import Claims, InvalidToken, TokenType, create_token, read_token

settings = Settings(
    database_url="sqlite://", secret_key="only this server knows it, 32 bytes"
)


def token_for(user_id, lifetime):
    """An access token as day 3's server issues it."""
    claims = Claims(user_id, family=uuid4(), jti=uuid4())
    return create_token(TokenType.ACCESS, claims, lifetime, settings)


def decoded(part):
    """The JSON of a token's header or payload. No key is needed."""
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def encoded(value):
    """The same the other way round."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def ask(token):
    """What the server makes of a token."""
    try:
        claims = read_token(TokenType.ACCESS, token, settings)
    except InvalidToken as error:
        print("401 refused:", error.__cause__)
    else:
        print("200 accepted: user", claims.user_id)


token = token_for(7, timedelta(minutes=30))
header, payload, signature = token.split(".")
print("header: ", decoded(header))
print("payload:", json.dumps(decoded(payload), indent=2))
ask(token)

# %% tamper
claims = decoded(payload)
claims["sub"] = "1"
ask(f"{header}.{encoded(claims)}.{signature}")

# %% expire
ask(token_for(7, timedelta(seconds=-1)))

# %% none
import jwt

claims = decoded(payload)
claims["sub"] = "1"
forged = f"{encoded({'alg': 'none', 'typ': 'JWT'})}.{encoded(claims)}."
ask(forged)

believed = jwt.decode(forged, options={"verify_signature": False})
print("a server that does not verify: user", believed["sub"])
