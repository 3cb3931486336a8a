"""One document: its plain values and pictures, whatever it shows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from events.models import Edition
from pavilion.core.models import User
from startups import dates
from startups.printing import halls, rotation, signs
from startups.printing.cells import Versions
from startups.printing.wanted import Sheet, Wanted


@dataclass(frozen=True)
class Document:
    sheet: str
    values: Mapping[str, Any]
    # By name, as the values have them.
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    # What is printed, to be counted: signs, levels or regions.
    count: int = 0

    @property
    def path(self) -> Path:
        """The sheet that lays it out."""
        return Path(__file__).parent / f"{self.sheet}.typ"

    @property
    def file_name(self) -> str:
        parts = (self.values["title"], self.values["paper"], self.values["language"])
        return f"{slugify('-'.join(parts))}.pdf"


Laid = tuple[Mapping[str, Any], Mapping[str, bytes], int]
_LAID: Mapping[str, Callable[[Wanted, Edition, User], Laid]] = {
    Sheet.SIGNS: signs.laid_out,
    Sheet.HALLS: halls.laid_out,
    Sheet.ROTATION: rotation.laid_out,
}


def document_of(wanted: Wanted, by: User, at: datetime) -> Document:
    """What `by` may see of it, in the active language."""
    edition = Edition.objects.visible_to(by).get(pk=wanted.edition)
    values, pictures, count = _LAID[wanted.sheet](wanted, edition, by)
    stamp = _("%(version)s · printed %(at)s") % {
        "version": Versions(wanted).of(wanted.region),
        "at": dates.moment(at),
    }
    frame = {
        "title": f"{Sheet(wanted.sheet).label} · {edition}",
        "author": str(edition),
        "language": (translation.get_language() or "fr")[:2],
        "paper": wanted.paper,
        "stamp": stamp,
    }
    return Document(wanted.sheet, {**frame, **values}, pictures, count)
