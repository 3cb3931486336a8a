"""Who is at the keyboard: mail that announces what they did tells them when it does not arrive."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

# Asked only when it matters: a page's visitor is looked up, and a program's only once it is let in.
_who: ContextVar[Callable[[], Any]] = ContextVar("who", default=lambda: None)


@contextmanager
def acting(who: Callable[[], Any]) -> Iterator[None]:
    """Around a page, a call of the API or a job: what is done in it is done by this person."""
    token = _who.set(who)
    try:
        yield
    finally:
        _who.reset(token)


def organiser_id() -> int | None:
    """The organiser's key; None when nobody acts, or somebody who is none."""
    user = _who.get()()
    return user.pk if getattr(user, "is_staff", False) else None
