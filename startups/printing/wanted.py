"""What is to be printed, as it is asked for and as a job remembers it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sheet(models.TextChoices):
    SIGNS = "signs", _("Signs of the stands")
    HALLS = "halls", _("Plan of each hall (A3)")
    ROTATION = "rotation", _("Rotation sheet of each region (A4)")


class Paper(models.TextChoices):
    A4 = "a4", "A4"
    A3 = "a3", "A3"


class Source(models.TextChoices):
    ANNOUNCED = "announced", _("The announced plan")
    MADE = "made", _("The plan being made")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Empty means all: every region, every stand, every half-day."""

    edition: int
    sheet: str = Sheet.SIGNS
    source: str = Source.ANNOUNCED
    paper: str = Paper.A4
    region: str = ""
    stands: Sequence[str] = ()
    half_day: int | None = None
    # One sign for the day, where the exhibitor stays at the stand from morning to evening.
    whole_days: bool = False

    @property
    def arguments(self) -> dict[str, Any]:
        return {**asdict(self), "stands": list(self.stands)}
