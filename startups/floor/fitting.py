"""What an exhibitor needs of a stand, and what a stand lacks of it, in few words."""

from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from events.models import Stand


class Needs(NamedTuple):
    """Field names follow `Equipment`: what is asked of each."""

    kind: str = ""
    watts: int = 0
    screen: bool = False
    network: bool = False
    storage: bool = False
    water: bool = False
    load: int = 0
    accessible: bool = False

    @property
    def words(self) -> list[str]:
        asked = Equipment(
            self.kind, self.watts, self.screen, self.network, self.storage, self.water
        ).words
        kind = [str(Stand.Kind(self.kind).label)] if self.kind else []
        load = [load_in_words(self.load)] if self.load else []
        accessible = [_("accessible")] if self.accessible else []
        return [*kind, *asked, *load, *accessible]


class Equipment(NamedTuple):
    kind: str
    watts: int
    screen: bool
    network: bool
    storage: bool
    water: bool
    load: int = 0
    accessible: bool = True

    @property
    def words(self) -> list[str]:
        """What a stand has, short: "2 kW", "screen"."""
        has = [(self.watts, power(self.watts)), *zip(self[2:6], _names(), strict=True)]
        return [word for is_there, word in has if is_there]


def power(watts: int) -> str:
    """ "2 kW", "1.5 kW", "800 W"; a no-break space keeps number and unit together."""
    if watts >= 1000:
        number = f"{watts / 1000:.2f}".rstrip("0").rstrip(".")
        return f"{number.replace('.', pgettext('decimal sign', '.'))}\u00a0kW"
    return f"{watts}\u00a0W"


def load_in_words(load: int) -> str:
    return f"{load}\u00a0kg/m²"


def lacks(stand: Equipment, needs: Needs) -> list[str]:
    """What is asked and not there, in words; empty where the stand suits."""
    return list(_missing(stand, needs))


def _missing(stand: Equipment, needs: Needs) -> Iterator[str]:
    if needs.kind and needs.kind != stand.kind:
        yield str(Stand.Kind(needs.kind).label).lower()
    if needs.watts > stand.watts:
        yield power(needs.watts)
    for asked, has, name in zip(needs[2:6], stand[2:6], _names(), strict=True):
        if asked and not has:
            yield name
    if needs.load > stand.load:
        yield load_in_words(needs.load)
    if needs.accessible and not stand.accessible:
        yield _("accessible")


def _names() -> list[str]:
    return [
        pgettext("equipment", "screen"),
        pgettext("equipment", "network"),
        pgettext("equipment", "storage"),
        pgettext("equipment", "water"),
    ]
