"""Links that let somebody in without an account.

A token is a stored, unguessable id, a version, and a keyed signature over both. The database alone
opens nothing; raising the version revokes every link given out before.
"""

import base64
import secrets
from functools import lru_cache

from django.conf import settings
from django.core import signing

_SEPARATOR = "."


class InvalidToken(Exception):
    """Not a token of this kind that we ever signed."""


def new_public_id() -> str:
    """128 random bits, as 22 URL-safe characters."""
    return secrets.token_urlsafe(16)


def new_mail_token() -> str:
    """128 random bits, as 26 characters that survive a mail program which lowers their case."""
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()


def make(kind: str, public_id: str, version: int) -> str:
    return _signer(kind).sign(f"{public_id}{_SEPARATOR}{version}")


def read(kind: str, token: str) -> tuple[str, int]:
    """The public id and version a token was made from; raises InvalidToken."""
    return _read(kind, token, settings.SECRET_KEY, tuple(settings.SECRET_KEY_FALLBACKS))


@lru_cache(maxsize=4096)
def _read(kind: str, token: str, _key: str, _former_keys: tuple[str, ...]) -> tuple[str, int]:
    """Remembered: a calendar shows the same token for months. What is not ours never is."""
    try:
        public_id, version = _signer(kind).unsign(token).rsplit(_SEPARATOR, 1)
        return public_id, int(version)
    except (signing.BadSignature, ValueError) as error:
        raise InvalidToken from error


def _signer(kind: str) -> signing.Signer:
    return signing.Signer(salt=f"pavilion.{kind}", sep=_SEPARATOR)
