"""Each role at each door: what they see, and what they may do, in one table.

A door that no table knows fails `test_every_door_is_in_a_table`: whoever adds one says here who may
use it.
"""

from dataclasses import dataclass

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from events.models import Region, Session
from meetings.models import Delegate
from meetings.operations import create_visit
from pavilion.core import activity, outbox
from pavilion.core.access import Role
from pavilion.core.models import Job, OutboxMessage, SavedFilter
from startups.models import Application, Badge, Decision, Review
from tests import factories as make

pytestmark = pytest.mark.django_db

ROLES = (
    "stranger",
    "account",
    "contact",
    "delegate",
    "reviewer",
    "reader",
    "manager",
    "other_reviewer",
    "other_manager",
    "national_reader",
    "national",
)
ALL = [200] * 11
PAGE = SimpleUploadedFile("page.pdf", b"%PDF-1.7")


@dataclass
class World:
    """Everything belongs to Bretagne (53); the others are of Occitanie (76)."""

    users: dict
    rows: dict
    tokens: dict

    def browser(self, role: str) -> Client:
        client = Client()
        if user := self.users[role]:
            client.force_login(user)
        return client


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
    for application in (submitted, allocation.exhibitor.application):
        Review.objects.create(application=application, reviewer=users["reviewer"])
    person = make.PersonFactory(user=delegate, email=delegate.email)
    meeting = make.MeetingFactory(participation=participation, format="walkthrough")
    participant = make.ParticipantFactory(meeting=meeting, person=person)
    make.ParticipantFactory(meeting=meeting, person=None, office=make.OfficeFactory())
    delegation = make.DelegationFactory(participation=participation)
    Delegate.objects.create(delegation=delegation, person=person)
    make.SessionFactory(participation=participation)
    visit = create_visit(
        meeting_id=meeting.pk, stops=[{"stand_id": allocation.stand_id, "minutes": 5}], by=None
    )
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
        "badge": Badge.objects.create(
            exhibitor=allocation.exhibitor, first_name="Ada", last_name="Riou"
        ),
        "office": make.OfficeFactory(),
        "person": person,
        "delegation": delegation,
        "meeting": meeting,
        "participant": participant,
        "visit": visit,
        "feed": make.FeedFactory(person=person),
        "outboxmessage": message,
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
        "sheetimport": make.SheetImportFactory(call=submitted.call),
    }
    tokens = {
        "application": submitted.token,
        "day": person.token,
        "answer": participant.token,
        "feed": rows["feed"].token,
    }
    return World(users=users, rows=rows, tokens=tokens)


@pytest.fixture
def time_machine_at_the_fair(time_machine):
    time_machine.move_to("2030-02-15T10:00:00+01:00", tick=False)
    return timezone.now()


# How many rows each role finds in a list; 401 where one must sign in first.
#  stranger account contact delegate | reviewer reader manager | other two | national two
LISTS = {
    "edition": [1] * 11,
    "region": [18] * 11,
    "participation": [1] * 11,
    "day": [1] * 11,
    "halfday": [1] * 11,
    "hall": [1] * 11,
    "level": [1] * 11,
    "zone": [1] * 11,
    "stand": [1] * 11,
    "theme": [16] * 11,
    "call": [1] * 11,
    "question": [2] * 11,
    "criterion": [1] * 11,
    "checklistdeadline": [1] * 11,
    "quota": [401, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1],
    "latecode": [401, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1],
    "exhibitor": [1] * 11,
    "allocation": [1] * 11,
    "session": [1, 1, 1, 1, 1, 2, 2, 1, 1, 2, 2],
    "application": [401, 0, 1, 0, 2, 2, 2, 0, 0, 2, 2],
    "decision": [401, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1],
    "person": [401, 0, 0, 1, 0, 1, 1, 0, 0, 1, 1],
    "feed": [401, 0, 0, 1, 0, 1, 1, 0, 0, 1, 1],
    "office": [401, 0, 0, 0, 0, 2, 2, 0, 2, 2, 2],
    "delegation": [401, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1],
    "badge": [401, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1],
    "meeting": [401, 0, 0, 1, 0, 1, 1, 0, 0, 1, 1],
    "participant": [401, 0, 0, 2, 0, 2, 2, 0, 0, 2, 2],
    "visit": [401, 0, 0, 1, 0, 1, 1, 0, 0, 1, 1],
    "outboxmessage": [401, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1],
    "activityentry": [401, 0, 0, 0, 0, 2, 2, 0, 0, 2, 2],
    "job": [401, 0, 0, 0, 0, 0, 1, 0, 0, 1, 1],  # the manager's own
    "savedfilter": [401, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0],  # the manager's own
    "review": [401, 0, 0, 0, 2, 2, 2, 0, 0, 2, 2],
    "sheetimport": [401, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1],
    "room": [3] * 11,
}

# What each role gets for one row: 404 where the list does not show it.
ROWS = {
    **{name: ALL for name, counts in LISTS.items() if len(set(counts)) == 1},
    "session": [404, 404, 404, 404, 404, 200, 200, 404, 404, 200, 200],
    "application": [401, 404, 200, 404, 200, 200, 200, 404, 404, 200, 200],
    "office": [401, 404, 404, 404, 404, 200, 200, 404, 200, 200, 200],
    **{
        name: [401, 404, 404, 200, 404, 200, 200, 404, 404, 200, 200]
        for name in ("person", "feed", "meeting", "participant", "visit")
    },
    **{
        name: [401, 404, 404, 404, 404, 200, 200, 404, 404, 200, 200]
        for name in (
            *("badge", "delegation", "outboxmessage", "activityentry", "sheetimport"),
            *("quota", "latecode", "decision"),
        )
    },
}

ROWS["review"] = [401, 404, 404, 404, 200, 200, 200, 404, 404, 200, 200]
ROWS["savedfilter"] = [401, 404, 404, 404, 404, 404, 200, 404, 404, 404, 404]
ROWS["job"] = [401, 404, 404, 404, 404, 404, 200, 404, 404, 200, 200]

# What each role gets for an operation: 403 for who sees the row and may not act on it.
OF_AN_APPLICATION = [401, 404, 403, 404, 403, 403, 200, 404, 404, 403, 200]
BY_ITS_COMPANY = [401, 404, 200, 404, 403, 403, 200, 404, 404, 403, 200]
OF_A_MEETING = [401, 404, 404, 403, 404, 403, 200, 404, 404, 403, 200]
OF_A_PUBLIC_ROW = [401, 403, 403, 403, 403, 403, 200, 403, 403, 403, 200]
OF_A_DESK = [401, 404, 404, 404, 404, 403, 200, 404, 404, 403, 200]
OPERATIONS = {
    "application-select": (OF_AN_APPLICATION, {}),
    "application-waitlist": (OF_AN_APPLICATION, {}),
    "application-reject": (OF_AN_APPLICATION, {"reason": "Hors thématique."}),
    "application-mark-eligible": (OF_AN_APPLICATION, {}),
    "application-mark-ineligible": (OF_AN_APPLICATION, {"reason": "Siège hors de la région."}),
    "application-request-correction": (OF_AN_APPLICATION, {"message": "Logo manquant."}),
    # Nothing is being corrected.
    "application-extend-correction": (
        [409 if status == 200 else status for status in OF_AN_APPLICATION],
        {"due_at": "2030-04-01T00:00:00+02:00"},
    ),
    # It waits for nothing.
    "application-move-on-list": (
        [409 if status == 200 else status for status in OF_AN_APPLICATION],
        {"rank": 1},
    ),
    "application-send-link": (BY_ITS_COMPANY, {}),
    "application-renew-link": (BY_ITS_COMPANY, {}),
    "application-withdraw": (BY_ITS_COMPANY, {}),
    # Its fair is still to come.
    "application-anonymise": (
        [409 if status == 200 else status for status in OF_AN_APPLICATION],
        {"reason": "À la demande de la société."},
    ),
    # The register is off.
    "application-check-company": (
        [409 if status == 200 else status for status in OF_AN_APPLICATION],
        {},
    ),
    "call-publish": (OF_A_PUBLIC_ROW, {}),
    # Somebody applied: it stays.
    "call-hide": ([409 if status == 200 else status for status in OF_A_PUBLIC_ROW], {}),
    "call-release-decisions": (OF_A_PUBLIC_ROW, {}),
    "call-order-waiting-decisions": (OF_A_PUBLIC_ROW, "applications"),
    "call-set-quotas": (OF_A_PUBLIC_ROW, {"quotas": []}),
    # Its region has its call of that year.
    "call-copy": (
        [409 if status == 200 else status for status in OF_A_PUBLIC_ROW],
        {
            "edition": 2030,
            "region": "53",
            "opens_at": "2030-02-01T09:00:00+01:00",
            "closes_at": "2030-03-01T18:00:00+01:00",
        },
    ),
    "question-retire": (OF_A_PUBLIC_ROW, {}),
    "question-restore": (OF_A_PUBLIC_ROW, {}),
    "question-move": (OF_A_PUBLIC_ROW, {"place": 1}),
    "latecode-revoke": (OF_A_DESK, {}),
    "exhibitor-allocate": (OF_A_PUBLIC_ROW, "stand and half-day"),
    "exhibitor-release": (OF_A_PUBLIC_ROW, "half-day"),
    # Nobody is absent four months before the fair.
    "exhibitor-no-show": ([409 if status == 200 else status for status in OF_A_PUBLIC_ROW], {}),
    "exhibitor-sign-charter": (
        OF_A_PUBLIC_ROW,
        {"version": 1, "language": "fr", "name": "Iris Le Roux", "role": "Présidente"},
    ),
    "exhibitor-declare-aid": (OF_A_PUBLIC_ROW, {"name": "Iris Le Roux", "has_none": True}),
    "exhibitor-check-pitch": (OF_A_PUBLIC_ROW, {}),
    "exhibitor-confirm-needs": (OF_A_PUBLIC_ROW, {}),
    "exhibitor-save-badges": (OF_A_PUBLIC_ROW, {"holders": [], "is_complete": False}),
    "exhibitor-answer-questions": (OF_A_PUBLIC_ROW, {"answers": {}}),
    "exhibitor-reopen-item": (OF_A_PUBLIC_ROW, {"item": "needs"}),
    "sheetimport-lay-out": (OF_A_DESK, {"header_row": 0}),
    "sheetimport-compare": (OF_A_DESK, {}),
    "sheetimport-write": (OF_A_DESK, {}),
    "session-publish": (OF_A_DESK, {}),
    "session-cancel": (OF_A_DESK, {}),
    "session-reschedule": (OF_A_DESK, "new time"),
    "meeting-confirm": (OF_A_MEETING, {}),
    "meeting-cancel": (OF_A_MEETING, {"reason": "Agenda du cabinet."}),
    "meeting-reschedule": (OF_A_MEETING, "new time"),
    "person-open-feed": ([401, 404, 404, 201, 404, 403, 201, 404, 404, 403, 201], {}),
    "person-renew-link": ([401, 404, 404, 200, 404, 403, 200, 404, 404, 403, 200], {}),
    "feed-revoke": ([*OF_A_MEETING[:3], 200, *OF_A_MEETING[4:]], {}),
    "feed-renew": ([*OF_A_MEETING[:3], 200, *OF_A_MEETING[4:]], {}),
    "outboxmessage-approve": (OF_A_DESK, {}),
    "outboxmessage-drop": (OF_A_DESK, {}),
    "outboxmessage-retry": (OF_A_DESK, {}),
    # Its own reviewer alone; this call has no criteria to score.
    "review-hand-in": ([401, 404, 404, 404, 409, 403, 403, 404, 404, 403, 403], {}),
    "review-recuse": (
        [401, 404, 404, 404, 200, 403, 403, 404, 404, 403, 403],
        {"reason": "Un parent y travaille."},
    ),
    "review-take-back": ([401, 404, 404, 404, 200, 403, 200, 404, 404, 403, 200], {}),
}

# Operations on several rows at once; 400 where one of them does not exist for the reader.
ON_MANY = {
    "application-write": (
        [401, 400, 403, 400, 403, 403, 200, 400, 400, 403, 200],
        {"key": "k", "subject_fr": "Bonjour", "body_fr": "À lundi."},
    ),
}

# Operations whose rights are those of a neighbour in the table above, told by the same function.
ALIKE = {
    "application-answer-file",
    "exhibitor-answer-file",  # the same
    "exhibitor-send-logo",  # a file: tests/startups/test_checklist_desk.py
    "application-submit",
    "application-confirm",
    "application-decline",
    "application-reopen",
    "meeting-mark-held",
    "meeting-mark-not-held",
    "meeting-add-participant",
    "meeting-remove-participant",
    "meeting-plan-visit",
    "participant-record-answer",
    # Of no row: see tests/startups/test_review_api.py.
    "review-assign-by-hand",
    "review-assign-by-theme",
    "review-assign-at-random",
}
# A call's pages for its desk: 404 for its reviewers and for neighbours.
OF_A_CALLS_DESK = [302, 403, 403, 403, 404, 200, 200, 404, 404, 200, 200]

PAGES = {
    "core:healthz": ALL,
    "core:readyz": ALL,
    "core:accessibility": ALL,
    "core:privacy": ALL,
    "core:after_login": [302] * 11,
    "startups:home": ALL,
    "startups:directory": ALL,
    "startups:exhibitor": ALL,
    "startups:logo": [404] * 11,  # this exhibitor has none
    "startups:plan": ALL,
    "startups:stand": ALL,
    "startups:calls": ALL,
    "startups:call": ALL,
    "startups:resume": ALL,
    "startups:charter": ALL,
    "startups:application": ALL,  # whoever has the link acts for the company
    "startups:application_step": ALL,
    "startups:application_logo": [404] * 11,
    "startups:application_data": ALL,
    # Not confirmed yet: led to where things stand.
    **{
        f"startups:application_{page}": [302] * 11
        for page in (
            *("preparation", "charter", "signed_charter", "aid", "vector_logo"),
            *("pitch", "needs", "badges", "questions"),
        )
    },
    "startups:answer_file": ALL,
    "startups:vector_logo": ALL,
    "startups:desk_answer_file": [302, 404, 200, 404, 200, 200, 200, 404, 404, 200, 200],
    "startups:desk_vector_logo": [302, 404, 404, 404, 200, 200, 200, 404, 404, 200, 200],
    "events:programme": ALL,
    "meetings:my_day": [302, 404, 404, 200] + [404] * 7,
    "meetings:day": ALL,
    "meetings:answer": ALL,
    "feed": ALL,
    "api:schema": ALL,
    "api:docs": ALL,
    "api:api-root": ALL,
    "api:application-file": [401, 404, 200, 404, 200, 200, 200, 404, 404, 200, 200],
    "api:application-vector-logo": [401, 404, 404, 404, 200, 200, 200, 404, 404, 200, 200],
    "admin:index": [302, 403, 403, 403] + [200] * 7,
    "startups:jury": [302, 404, 404, 404] + [200] * 7,
    "startups:jury_review": [302, 404, 404, 404, 200, 200, 200, 404, 404, 200, 200],
    "api:call-ranking": [401, 404, 404, 404, 404, 200, 200, 404, 404, 200, 200],
    "api:call-reviewers": [401, 404, 404, 404, 404, 200, 200, 404, 404, 200, 200],
    "api:call-release-preview": [401, 404, 404, 404, 404, 200, 200, 404, 404, 200, 200],
    "admin:startups_call_decisions": OF_A_CALLS_DESK,
    "admin:startups_call_release": OF_A_CALLS_DESK,
    "admin:startups_call_waiting_list": OF_A_CALLS_DESK,
    "admin:startups_call_ranking": OF_A_CALLS_DESK,
    "admin:startups_call_balance": OF_A_CALLS_DESK,
    "admin:startups_call_jury": OF_A_CALLS_DESK,
    "admin:startups_call_questions": OF_A_CALLS_DESK,
    "admin:startups_call_late_codes": OF_A_CALLS_DESK,
    "admin:startups_call_preview_step": OF_A_CALLS_DESK,
    "admin:startups_call_copy_from": [302, 403, 403, 403, 403, 403, 200, 403, 200, 403, 200],
    "admin:startups_question_change": [302, 403, 403, 403, *[200] * 7],
    "admin:startups_call_prepare": [302, 403, 403, 403, 404, 403, 200, 404, 404, 403, 200],
    "admin:startups_application_changelist": [302, *[403] * 4, 200, 200, 403, 200, 200, 200],
    "admin:meetings_meeting_changelist": [302, 403, 403, 403, 403, 200, 200, 403, 200, 200, 200],
    "admin:startups_application_change": [302, 403, 403, 403, 403, 200, 200, 403, 404, 200, 200],
    "admin:meetings_meeting_change": [302, 403, 403, 403, 403, 200, 200, 403, 404, 200, 200],
    "admin:meetings_person_change": [302, 403, 403, 403, 403, 200, 200, 403, 404, 200, 200],
    "admin:core_outboxmessage_change": [302, 403, 403, 403, 403, 200, 200, 403, 404, 200, 200],
    "api:exhibitor-preparation": [401, 404, 404, 404, 404, 200, 200, 404, 404, 200, 200],
    "api:job-file": [401, 404, 404, 404, 404, 404, 200, 404, 404, 200, 200],
    "admin:core_job_file": [302, 403, 403, 403, 404, 404, 200, 404, 404, 200, 200],
    "api:sheetimport-refused": [401, 404, 404, 404, 404, 200, 200, 404, 404, 200, 200],
    "admin:startups_call_import": [302, 403, 403, 403, 404, 200, 200, 404, 404, 200, 200],
    "admin:startups_call_import_report": [302, 403, 403, 403, 404, 200, 200, 404, 404, 200, 200],
    "admin:startups_call_import_columns": [302, 403, 403, 403, 404, 403, 200, 404, 404, 403, 200],
    "admin:startups_call_import_refused": [302, 403, 403, 403, 404, 200, 200, 404, 404, 200, 200],
    # They only understand a POST, and lead back.
    "admin:startups_call_import_write": [302, 403, 403, 403, 404, 403, 302, 404, 404, 403, 302],
    "admin:startups_call_import_forget": [302, 403, 403, 403, 404, 403, 302, 404, 404, 403, 302],
    "admin:startups_sheetimport_changelist": [
        302,
        403,
        403,
        403,
        403,
        200,
        200,
        403,
        200,
        200,
        200,
    ],
    "admin:startups_sheetimport_change": [302, 403, 403, 403, 403, 200, 200, 403, 404, 200, 200],
    "admin:core_job_change": [302, 403, 403, 403, 404, 404, 200, 404, 404, 200, 200],
    "admin:core_job_progress": [302, 403, 403, 403, 404, 404, 200, 404, 404, 200, 200],
    "admin:core_user_changelist": [302, 403, 403, 403, 403, 403, 403, 403, 403, 200, 200],
}

# A GET here must not do anything: only a POST is understood, or the page itself comes back.
ONLY_POST = {
    "set_language": 405,
    "startups:company_lookup": 405,
    "startups:application_submit": 302,
    "startups:application_discard": 302,
    "startups:application_withdraw": 302,
    "startups:application_reopen": 302,
    "startups:application_confirm": 302,
    "startups:application_decline": 302,
    "meetings:my_calendar": 405,
    "meetings:day_calendar": 405,
}


def path_of(world: World, name: str) -> str:
    rows = world.rows
    arguments = {
        "startups:exhibitor": [rows["exhibitor"].slug],
        "startups:logo": [rows["exhibitor"].slug],
        "startups:stand": [rows["stand"].number],
        "startups:call": ["53"],
        "startups:answer_file": [world.tokens["application"], "kbis"],
        "startups:vector_logo": [rows["exhibitor"].application.token],
        "startups:desk_answer_file": [rows["application"].pk, "kbis"],
        "startups:desk_vector_logo": [rows["exhibitor"].application_id],
        "api:exhibitor-preparation": [rows["exhibitor"].pk],
        "api:application-file": [rows["application"].pk, "kbis"],
        "api:application-vector-logo": [rows["exhibitor"].application_id],
        "startups:resume": ["53"],
        "startups:charter": ["53"],
        "admin:startups_call_preview_step": [rows["call"].pk, "company"],
        "admin:startups_question_change": [rows["question"].pk],
        "meetings:day": [world.tokens["day"]],
        "meetings:day_calendar": [world.tokens["day"]],
        "meetings:answer": [world.tokens["answer"]],
        "feed": [world.tokens["feed"]],
        "admin:startups_application_change": [rows["application"].pk],
        "startups:jury_review": [rows["review"].pk],
        **{
            name: [rows["call"].pk]
            for name in (
                *("api:call-ranking", "api:call-reviewers", "admin:startups_call_ranking"),
                *("admin:startups_call_balance", "admin:startups_call_jury"),
                *("api:call-release-preview", "admin:startups_call_decisions"),
                *("admin:startups_call_release", "admin:startups_call_waiting_list"),
                "admin:startups_call_prepare",
                *("admin:startups_call_questions", "admin:startups_call_late_codes"),
            )
        },
        "admin:meetings_meeting_change": [rows["meeting"].pk],
        "admin:meetings_person_change": [rows["person"].pk],
        "admin:core_outboxmessage_change": [rows["outboxmessage"].pk],
        "api:sheetimport-refused": [rows["sheetimport"].pk],
        "admin:startups_sheetimport_change": [rows["sheetimport"].pk],
        "admin:startups_call_import": [rows["call"].pk],
        "admin:startups_call_import_refused": [rows["call"].pk, rows["sheetimport"].pk, "xlsx"],
        **{
            f"admin:startups_call_import_{page}": [rows["call"].pk, rows["sheetimport"].pk]
            for page in ("report", "columns", "write", "forget")
        },
        **{
            name: [rows["job"].pk]
            for name in (
                *("api:job-file", "admin:core_job_file"),
                *("admin:core_job_change", "admin:core_job_progress"),
            )
        },
    }
    if name == "startups:application_step":
        return reverse(name, args=[world.tokens["application"], "company"])
    if name.startswith(("startups:application", "startups:company")):
        return reverse(name, args=[world.tokens["application"]])
    return reverse(name, args=arguments.get(name, []))


def body_of(world: World, body) -> dict:
    half_day = world.rows["halfday"]
    return (
        {
            "stand and half-day": {
                "stand": world.rows["stand"].pk,
                "half_days": [half_day.pk],
            },
            "half-day": {"half_days": [half_day.pk]},
            "applications": {"applications": [world.rows["application"].pk]},
            "new time": {
                "starts_at": "2030-06-12T14:00:00+02:00",
                "ends_at": "2030-06-12T14:30:00+02:00",
            },
        }[body]
        if isinstance(body, str)
        else body
    )


@pytest.mark.parametrize("name", PAGES)
def test_page_for_each_role(world, name):
    path = path_of(world, name)

    answers = [world.browser(role).get(path) for role in ROLES]
    for answer in answers:
        answer.getvalue()  # a file that is handed out is closed once it is read

    assert [answer.status_code for answer in answers] == PAGES[name]


@pytest.mark.parametrize("name", LISTS)
def test_api_list_for_each_role(world, name):
    path = reverse(f"api:{name}-list")

    found = []
    for role in ROLES:
        response = world.browser(role).get(path)
        found.append(
            response.json()["count"] if response.status_code == 200 else response.status_code
        )

    assert found == LISTS[name]


@pytest.mark.parametrize("name", ROWS)
def test_api_row_for_each_role(world, name):
    row = world.rows[name]
    path = reverse(f"api:{name}-detail", args=[getattr(row, "pk", row)])

    assert [world.browser(role).get(path).status_code for role in ROLES] == ROWS[name]


@pytest.mark.parametrize("name", OPERATIONS)
def test_api_operation_for_each_role(world, name):
    expected, body = OPERATIONS[name]
    path = reverse(f"api:{name}", args=[world.rows[name.split("-")[0]].pk])
    body = body_of(world, body)

    answers = []
    for role in ROLES:
        browser = world.browser(role)
        with transaction.atomic():  # each role finds the world as it was
            answers.append(browser.post(path, body, content_type="application/json").status_code)
            transaction.set_rollback(True)

    assert answers == expected


@pytest.mark.parametrize("name", ON_MANY)
def test_api_operation_on_many_for_each_role(world, name):
    expected, body = ON_MANY[name]
    body = {f"{name.split('-')[0]}s": [world.rows[name.split("-")[0]].pk]} | body

    answers = []
    for role in ROLES:
        browser = world.browser(role)
        with transaction.atomic():
            path = reverse(f"api:{name}")
            answers.append(browser.post(path, body, content_type="application/json").status_code)
            transaction.set_rollback(True)

    assert answers == expected


@pytest.mark.parametrize("name", ONLY_POST)
def test_get_changes_nothing_where_only_a_post_is_understood(world, name):
    before = Application.objects.order_by("pk").values_list("pk", "status", "updated_at")
    known = list(before.all())

    response = world.browser("national").get(path_of(world, name))

    assert response.status_code == ONLY_POST[name]
    if response.status_code == 302:
        assert response.url == world.rows["application"].get_absolute_url()
    assert list(before.all()) == known


@pytest.mark.parametrize(
    "name", ["startups:application", "meetings:day", "meetings:answer", "feed"]
)
def test_address_nobody_was_given_does_not_exist(world, name):
    path = path_of(world, name).rstrip("/")
    spoilt = path.replace(".ics", "")[:-3] + "AAA" + (".ics" if path.endswith(".ics") else "/")

    assert {world.browser(role).get(spoilt).status_code for role in ROLES} == {404}


def names_of(patterns, namespace="") -> set[str]:
    names: set[str] = set()
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace == "admin" or str(pattern.pattern) == "accounts/":
                continue  # allauth's own; the admin follows one rule, sampled in PAGES
            inner = f"{pattern.namespace}:" if pattern.namespace else namespace
            names |= names_of(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern):
            names.add(f"{namespace}{pattern.name}")
    return names


def test_every_door_is_in_a_table():
    doors = names_of(get_resolver().url_patterns)

    known = {name for name in PAGES if not name.startswith("admin:")} | set(ONLY_POST)
    known |= {f"api:{name}-list" for name in LISTS} | {f"api:{name}-detail" for name in ROWS}
    known |= {f"api:{name}" for name in ON_MANY}
    known |= {f"api:{name}" for name in OPERATIONS} | {f"api:{name}" for name in ALIKE}
    assert doors == known
