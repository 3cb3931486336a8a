"""What is written into the diary, and whose time it holds."""

from datetime import timedelta

from events.models import Occupation
from meetings.operations import create_meeting
from tests.meetings.conftest import HALF_PAST_TEN, TEN

FIVE_MINUTES = timedelta(minutes=5)


def pencil(edition, by, **fields):
    values = {"subject_fr": "Entretien", "subject_en": "Talk", "starts_at": TEN}
    values |= {"ends_at": HALF_PAST_TEN, **fields}
    return create_meeting(edition=edition, by=by, **values)


def held_by(meeting):
    rows = Occupation.objects.filter(holder=f"meeting:{meeting.pk}").order_by("resource")
    return [(row.resource, row.starts_at, row.ends_at) for row in rows]
