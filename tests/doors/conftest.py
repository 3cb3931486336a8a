from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from events.models import Region, Session
from events.operations import change_plan
from meetings.addressees import invitations_link
from meetings.models import Briefing, Chase, ContactNote, Delegate, RunSheetVersion
from meetings.operations import create_visit
from pavilion.core import activity, outbox
from pavilion.core.access import Role
from pavilion.core.models import Job, OutboxMessage, SavedFilter
from startups.models import (
    Absence,
    AllocationRun,
    Badge,
    Board,
    BoardStep,
    Decision,
    FloorRules,
    PlaceOffer,
    PlanVersion,
    Review,
    StandCalendar,
    StandHold,
    Swap,
)
from tests import factories as make
from tests.doors.world import World

PAGE = SimpleUploadedFile("page.pdf", b"%PDF-1.7")


@pytest.fixture
def world(time_machine_at_the_fair) -> World:
    bretagne = Region.objects.get(code="53")
    contact = make.UserFactory(email="contact@societe.example")
    delegate = make.UserFactory(email="elue@region.example")
    users = {
        "stranger": None,
        "account": make.UserFactory(),
        "contact": contact,
        "delegate": delegate,
        "reviewer": make.organiser("53", Role.REVIEWER),
        "reader": make.organiser("53", Role.READER),
        "manager": make.organiser("53", Role.MANAGER),
        "other_reviewer": make.organiser("76", Role.REVIEWER),
        "other_manager": make.organiser("76", Role.MANAGER),
        "national_reader": make.organiser("", Role.READER),
        "national": make.organiser("", Role.MANAGER),
    }
    participation = make.ParticipationFactory(region=bretagne)
    submitted = make.ApplicationFactory(contact_email=contact.email)
    make.ApplicationFactory(status="draft", contact_email="autre@societe.example")
    make.AnswerFactory(application=submitted, question__key="kbis", file=PAGE)
    allocation = make.AllocationFactory(exhibitor__vector_logo=PAGE)
    published = make.PublishedAllocationFactory(
        exhibitor=allocation.exhibitor, stand=allocation.stand, half_day=allocation.half_day
    )
    version = PlanVersion.objects.create(
        participation=participation,
        number=1,
        cells={published.exhibitor_id: {published.half_day_id: published.stand_id}},
        changes={published.exhibitor_id: [{}, {published.half_day_id: published.stand_id}]},
    )
    for application in (submitted, allocation.exhibitor.application):
        Review.objects.create(application=application, reviewer=users["reviewer"])
    person = make.PersonFactory(user=delegate, email=delegate.email)
    meeting = make.MeetingFactory(participation=participation, format="walkthrough")
    participant = make.ParticipantFactory(meeting=meeting, person=person)
    make.ParticipantFactory(meeting=meeting, person=None, office=make.OfficeFactory())
    hold = StandHold.objects.create(stand=allocation.stand, half_day=allocation.half_day)
    cell = f"{hold.stand_id}:{hold.half_day_id}"
    step = BoardStep.objects.create(
        board=Board.objects.create(edition=participation.edition, serial=1),
        serial=1,
        kind=BoardStep.Kind.HOLD,
        region_code="53",
        before={"stays": {}, "holds": {cell: None}},
        after={"stays": {}, "holds": {cell: ""}},
    )
    delegation = make.DelegationFactory(participation=participation)
    Delegate.objects.create(delegation=delegation, person=person)
    make.SessionFactory(participation=participation)
    visit = create_visit(
        meeting_id=meeting.pk, stops=[{"stand_id": allocation.stand_id, "minutes": 5}], by=None
    )
    briefing = Briefing.objects.create(meeting=meeting, note="Secret", author=users["manager"])
    briefing.readers.add(delegate)
    with transaction.atomic():
        message = outbox.enqueue(
            OutboxMessage(
                kind="test",
                recipient="cabinet@ministere.example",
                language="fr",
                region_code="53",
                state=OutboxMessage.State.HELD,
            )
        )
    entry = activity.record(by=None, verb="test", target=participation, region_code="53")
    exhibitor, half_day = allocation.exhibitor, allocation.half_day
    absence = Absence.objects.create(exhibitor=exhibitor, stand=allocation.stand, half_day=half_day)
    rows = {
        "edition": participation.edition.year,
        "region": bretagne,
        "participation": participation,
        "day": allocation.half_day.day,
        "halfday": allocation.half_day,
        "hall": allocation.stand.zone.level.hall,
        "level": allocation.stand.zone.level,
        "zone": allocation.stand.zone,
        "stand": allocation.stand,
        "planedit": change_plan(
            level_id=allocation.stand.zone.level_id,
            by=users["manager"],
            stands={allocation.stand_id: {"y": 3}},
        ),
        "room": make.RoomFactory(),
        "session": make.SessionFactory(participation=participation, state=Session.State.DRAFT),
        "theme": submitted.theme,
        "call": submitted.call,
        "decision": Decision.objects.create(application=submitted, outcome="selected"),
        "question": make.QuestionFactory(call=submitted.call),
        "criterion": make.CriterionFactory(call=submitted.call),
        "quota": make.QuotaFactory(call=submitted.call),
        "latecode": make.LateCodeFactory(call=submitted.call),
        "checklistdeadline": make.DeadlineFactory(call=submitted.call),
        "application": submitted,
        "review": submitted.reviews.get(),
        "exhibitor": allocation.exhibitor,
        "allocation": allocation,
        "publishedallocation": published,
        "planversion": version,
        "standcalendar": StandCalendar.objects.create(exhibitor=allocation.exhibitor),
        "boardstep": step,
        "standhold": hold,
        "swap": Swap.objects.create(proposer=exhibitor, other=make.ExhibitorFactory()),
        "absence": absence,
        "placeoffer": PlaceOffer.objects.create(
            absence=absence, application=submitted, expires_at=half_day.ends_at
        ),
        "badge": Badge.objects.create(
            exhibitor=allocation.exhibitor, first_name="Ada", last_name="Riou"
        ),
        "office": (office := make.OfficeFactory()),
        "officeholder": make.OfficeHolderFactory(office=office, person=person),
        "secretariat": make.SecretariatFactory(person=person),
        "availability": make.AvailabilityFactory(person=person),
        "meetingrequest": make.MeetingRequestFactory(participation=participation, office=office),
        "person": person,
        "delegation": delegation,
        "meeting": meeting,
        "participant": participant,
        "visit": visit,
        "incomingmail": make.IncomingMailFactory(meeting=meeting, participant=participant),
        "chase": Chase.objects.get(pk=participant.pk),
        "contactnote": ContactNote.objects.create(participant=participant, note="Rappeler"),
        "feed": make.FeedFactory(person=person),
        "runsheetversion": RunSheetVersion.objects.create(
            edition=participation.edition,
            subject=f"person:{person.pk}",
            name=str(person),
            region_code="53",
            number=1,
        ),
        "briefing": briefing,
        "outboxmessage": message,
        "mailpolicy": SimpleNamespace(pk="meetings.invitation"),  # every kind has one
        "activityentry": entry,
        "savedfilter": SavedFilter.objects.create(
            user=users["manager"], name="Reçues", model="startups.application", query="q=x"
        ),
        "job": Job.objects.create(
            kind="test",
            by=users["manager"],
            region_code="53",
            language="fr",
            file=ContentFile(b"x", name="liste.csv"),
            file_name="liste.csv",
        ),
        "allocationrun": AllocationRun.objects.create(
            edition=participation.edition, participation=participation
        ),
        "floorrules": FloorRules.objects.create(participation=participation),
        "sheetimport": make.SheetImportFactory(call=submitted.call),
    }
    tokens = {
        "application": submitted.token,
        "day": person.token,
        "answer": participant.token,
        "invitations": invitations_link(person).split("/")[-2],
        "secretariat": rows["secretariat"].token,
        "feed": rows["feed"].token,
        "stand_calendar": rows["standcalendar"].token,
    }
    return World(users=users, rows=rows, tokens=tokens)


@pytest.fixture
def time_machine_at_the_fair(time_machine):
    time_machine.move_to("2030-02-15T10:00:00+01:00", tick=False)
    return timezone.now()
