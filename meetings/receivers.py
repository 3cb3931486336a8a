"""What the delegation hears of the fair: connected when the app is ready."""

from typing import Any

from django.db.models import Model
from django.dispatch import receiver

from events.signals import place_changed
from meetings import operations
from meetings.operations.returned_mail import note_mail_failure
from meetings.standing import at_stands
from pavilion.core import returned
from startups.floor import touching


@receiver(place_changed)
def rename_in_calendars(sender: type[Model], place: Model, **kwargs: Any) -> None:
    operations.refresh_meetings_at(place)


touching.register(at_stands)
returned.register(note_mail_failure)
