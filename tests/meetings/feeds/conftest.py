import pytest

from meetings.models import Meeting
from meetings.operations import create_meeting
from tests.factories import FeedFactory
from tests.meetings.conftest import HALF_PAST_TEN, NOW, TEN


@pytest.fixture
def meeting(edition, national, person, office, room):
    meeting = create_meeting(
        edition=edition,
        subject_fr="Entretien ; souveraineté",
        subject_en="Talk on sovereignty",
        starts_at=TEN,
        ends_at=HALF_PAST_TEN,
        by=national,
        person_ids=[person.pk],
        office_ids=[office.pk],
        room=room,
        contact_name="Anne Le Goff",
        contact_phone="+33 6 00 00 00 00",
        internal_note="Ne pas parler du budget",
    )
    Meeting.objects.filter(pk=meeting.pk).update(uid="3f1c@pavilion")
    return Meeting.objects.get(pk=meeting.pk)


@pytest.fixture
def feed(person):
    return FeedFactory(
        person=person, language="en", public_id="FEEDFEEDFEEDFEEDFEEDFE", fetched_at=NOW
    )
