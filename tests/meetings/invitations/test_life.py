"""The life of a meeting, played through a mail server into calendars fed by nothing else."""

from datetime import timedelta
from itertools import cycle

import pytest
from django.utils import translation

from meetings import wording
from meetings.addressees import addressees, organizer_email
from meetings.models import Delegate, Delegation, Meeting, Participant, Secretariat
from meetings.operations import (
    add_participant,
    cancel_meeting,
    change_meeting,
    confirm_meeting,
    create_meeting,
    record_answer,
    reinstate_meeting,
    remove_participant,
    reschedule_meeting,
)
from meetings.operations.locking import with_mailboxes
from pavilion.core import delivery, outbox
from pavilion.core.models import OutboxMessage
from tests.factories import PersonFactory
from tests.meetings.conftest import HALF_PAST_TEN, NOW, TEN
from tests.meetings.invitations.clients import Evolution, HomeAssistant, Thunderbird
from tests.meetings.invitations.post_office import post_office

HOUR = timedelta(hours=1)


class World:
    """The service, the mail server, and everybody's calendar program."""

    def __init__(self, server, clock, national):
        self.server, self.clock, self.national = server, clock, national
        self.minutes = 0
        self.programs = cycle((Thunderbird, Evolution, HomeAssistant))
        self.clients = {}

    def settle(self):
        """Everything approved and delivered; what each program made of it, by address."""
        self.minutes += 1
        self.clock.move_to(NOW + timedelta(minutes=self.minutes))
        held = OutboxMessage.objects.filter(state="held").values_list("pk", flat=True)
        outbox.approve_messages(message_ids=list(held), by=self.national)
        delivery.deliver_due()
        done = {}
        for address in list(self.server.boxes):
            client = self.clients.setdefault(address, next(self.programs)(address))
            client.log = []
            for message in self.server.fetch(address):
                client.receive(message)
            done[address.partition("@")[0]] = client.log
        return dict(sorted(done.items()))

    def held_by_calendars(self):
        return {
            (address, uid): (
                event.starts_at,
                event.ends_at,
                event.summary,
                event.location,
                event.description,
                event.organizer,
                event.attendee,
            )
            for address, client in self.clients.items()
            for uid, event in client.events.items()
        }

    def said_by_the_service(self):
        """Of those who come; whoever declined is left in peace with what they know."""
        said = {}
        confirmed = Meeting.objects.filter(status="confirmed")
        for meeting in with_mailboxes(confirmed):
            for participant in meeting.participants.all():
                if participant.removed_at:
                    continue
                with translation.override(participant.language):
                    facts = (
                        meeting.starts_at,
                        meeting.ends_at,
                        meeting.subject,
                        wording.place(meeting),
                        _description(meeting),
                        organizer_email(participant),
                        participant.email,
                    )
                for to in addressees(participant):
                    said[to.email, meeting.uid] = facts
        return said


def _description(meeting):
    contact = wording.contact(meeting)
    return {"fr": f"Sur place\u00a0: {contact}", "en": f"On site: {contact}"}[
        translation.get_language()
    ]


@pytest.fixture
def world(settings, clock, national):
    with post_office() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield World(server, clock, national)


def test_every_calendar_holds_what_the_service_says_after_each_step(
    world, edition, national, person, office, room
):
    president = person
    Secretariat.objects.create(person=president, email="secretariat@region.example")
    mayor = PersonFactory(last_name="Maire", email="maire@ville.example", language="fr")
    deputy = PersonFactory(last_name="Vice", email="vice@region.example", language="fr")
    guest = PersonFactory(last_name="Hôte", email="hote@region.example", language="en")
    delegation = Delegation.objects.create(edition=edition, name_fr="Bretagne")
    Delegate.objects.create(delegation=delegation, person=president, role="head")
    Delegate.objects.create(delegation=delegation, person=deputy, role="substitute", rank=1)

    def step(expected):
        assert world.settle() == expected
        assert world.held_by_calendars() == world.said_by_the_service()

    meeting = create_meeting(
        edition=edition,
        subject_fr="Souveraineté numérique",
        subject_en="Digital sovereignty",
        starts_at=TEN,
        ends_at=HALF_PAST_TEN,
        person_ids=[president.pk, mayor.pk],
        office_ids=[office.pk],
        contact_name="Anne Le Goff",
        by=national,
    )
    of = {each.person_id: each for each in Participant.objects.all()}
    what = {"meeting_id": meeting.pk, "by": national}
    step({})

    confirm_meeting(**what)
    step({name: ["new"] for name in ("cabinet", "maire", "maiwenn", "secretariat")})

    reschedule_meeting(**what, starts_at=TEN + HOUR, ends_at=HALF_PAST_TEN + HOUR)
    step({name: ["update"] for name in ("cabinet", "maire", "maiwenn", "secretariat")})

    reschedule_meeting(**what, starts_at=TEN + HOUR, ends_at=HALF_PAST_TEN + HOUR, room=room)
    step({name: ["update"] for name in ("cabinet", "maire", "maiwenn", "secretariat")})

    remove_participant(participant_id=of[mayor.pk].pk, by=national)
    step({"maire": ["cancelled"]})

    add_participant(**what, person_id=guest.pk)
    step({"hote": ["new"]})

    change_meeting(**what, subject_fr="Souveraineté des données", subject_en="Data sovereignty")
    step({name: ["update"] for name in ("cabinet", "hote", "maiwenn", "secretariat")})

    change_meeting(**what, photographer="Studio Ker", internal_note="Salle à préparer")
    step({})

    record_answer(participant_id=of[president.pk].pk, answer="declined", via="link")
    step({"vice": ["new"]})

    record_answer(participant_id=of[president.pk].pk, answer="accepted", via="link")
    step({"vice": ["cancelled"]})

    add_participant(**what, person_id=mayor.pk)
    step({"maire": ["new"]})

    cancel_meeting(**what)
    step({name: ["cancelled"] for name in ("cabinet", "hote", "maire", "maiwenn", "secretariat")})

    reinstate_meeting(**what)
    step({name: ["new"] for name in ("cabinet", "hote", "maire", "maiwenn", "secretariat")})


def test_several_changes_within_minutes_make_one_mail_or_none(
    world, edition, national, person, settings, room
):
    settings.MAIL_SETTLES = 120
    guest = PersonFactory(email="hote@region.example", language="en")
    meeting = create_meeting(
        edition=edition,
        subject_fr="Entretien",
        subject_en="Talk",
        starts_at=TEN,
        ends_at=HALF_PAST_TEN,
        person_ids=[person.pk],
        by=national,
    )
    what = {"meeting_id": meeting.pk, "by": national}
    confirm_meeting(**what)
    world.minutes += 2
    assert world.settle() == {"maiwenn": ["new"]}

    reschedule_meeting(**what, starts_at=TEN + HOUR, ends_at=HALF_PAST_TEN + HOUR)
    assert world.settle() == {}
    reschedule_meeting(**what, starts_at=TEN + HOUR, ends_at=HALF_PAST_TEN + HOUR, room=room)
    joined = add_participant(**what, person_id=guest.pk)
    remove_participant(participant_id=joined.pk, by=national)
    assert world.settle() == {}
    world.minutes += 1
    assert world.settle() == {"maiwenn": ["update"]}

    cancel_meeting(**what)
    reinstate_meeting(**what)
    world.minutes += 5
    assert world.settle() == {}
    assert [event.starts_at for event in world.clients[person.email].events.values()] == [
        TEN + HOUR
    ]
