"""What is not as it should be with a bar of the board: never forbidden, always said."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.models import HalfDay
from startups.floor.fitting import Equipment, Needs, lacks

if TYPE_CHECKING:
    from startups.floor.board.reading import Person, Place


class Warnings:
    """The first of them is what the bar itself has room for."""

    def __init__(
        self,
        half_days: Sequence[HalfDay],
        given: Mapping[int, int],
        stands_of: Mapping[int, set[int]],
    ) -> None:
        self.half_days = half_days
        self.given = given
        self.stands_of = stands_of
        self._lacks: dict[tuple[Equipment, Needs], list[str]] = {}

    def of(self, who: "Person", place: "Place", columns: Iterable[int]) -> list[str]:
        if who.has_left:
            return [_("has left the pavilion")]
        found = []
        if not place.is_open:
            found.append(_("stand not in use"))
        if place.region and place.region != who.region:
            found.append(_("another region’s stand"))
        if missing := self._missing(place.equipment, who.needs):
            found.append(_("lacks: %(equipment)s") % {"equipment": ", ".join(missing)})
        if never := [at for at in columns if at in who.never]:
            days = ", ".join(self.half_days[at].short_label for at in never)
            found.append(_("cannot come: %(days)s") % {"days": days})
        if (count := len(self.stands_of[who.pk])) > 1:
            found.append(_("on %(count)s stands") % {"count": count})
        if (more := self.given[who.pk] - who.granted) > 0:
            words = ngettext("%(count)s half-day too many", "%(count)s half-days too many", more)
            found.append(words % {"count": more})
        return found

    def _missing(self, equipment: Equipment, needs: Needs) -> list[str]:
        """Once for all stands and exhibitors alike."""
        pair = equipment, needs
        if pair not in self._lacks:
            self._lacks[pair] = lacks(equipment, needs)
        return self._lacks[pair]
