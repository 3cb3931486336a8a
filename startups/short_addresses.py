"""The address that stands on a sign, and its QR code."""

from io import BytesIO

import segno
from django.conf import settings
from django.urls import reverse

from events.models import Stand
from events.models.venue import StandQuerySet
from startups.floor.numbers import plain


def address_of(number: str) -> str:
    return f"{settings.BASE_URL}{reverse('startups:short', args=[number])}"


def typed_address(number: str) -> str:
    """As one types it: without what every browser adds."""
    return address_of(number).removeprefix("https://").removeprefix("http://").rstrip("/")


def qr_of(number: str) -> bytes:
    """SVG, black on white, to be read from a metre away by any telephone."""
    content = BytesIO()
    code = segno.make_qr(address_of(number), error="m")
    code.save(content, kind="svg", border=2, light="white", xmldecl=False, omitsize=True)
    return content.getvalue()


def found(stands: StandQuerySet, typed: str) -> Stand | None:
    """The stand one typed, capitals, spaces and dashes apart; none when two would answer."""
    exact = stands.filter(number=typed).first()
    if exact is not None:
        return exact
    wanted = plain(typed)
    keys = [pk for pk, number in stands.values_list("pk", "number") if plain(number) == wanted]
    return stands.get(pk=keys[0]) if wanted and len(keys) == 1 else None
