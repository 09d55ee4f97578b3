"""Stands in for bcrypt in the browser: there is no build of it for WebAssembly.

A hash has bcrypt's form, so that pwdlib takes it for one; behind it is one HMAC with SHA-256, since
the browser's hashlib has neither PBKDF2 nor scrypt. Nothing here may be used for a real password.
"""

import base64
import hmac
import os

_STANDARD = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_OWN = b"./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_LETTERS = bytes.maketrans(_STANDARD, _OWN)
_SALT = 29
"""Characters of the version, the rounds and the salt."""


def gensalt(rounds: int = 12, prefix: bytes = b"2b") -> bytes:
    """`$2b$12$` and 22 characters."""
    return b"$%s$%02d$%s" % (prefix, rounds, _letters(os.urandom(16))[:22])


def hashpw(password: bytes, salt: bytes) -> bytes:
    """60 characters, of which the salt is the first 29. ValueError for a salt of another form."""
    kept = salt[:_SALT]
    if len(kept) < _SALT or not kept.startswith(b"$2"):
        raise ValueError("Invalid salt")
    return kept + _letters(hmac.digest(kept, password, "sha256"))[:31]


def checkpw(password: bytes, hashed_password: bytes) -> bool:
    """Whether the hash is that of the password."""
    return hmac.compare_digest(hashpw(password, hashed_password), hashed_password)


def _letters(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=").translate(_LETTERS)
