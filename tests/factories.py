"""One valid row of each kind: required fields only, no randomness."""

from datetime import UTC, date, datetime, time, timedelta

import factory
from stdnum import luhn

from events.models import (
    Day,
    Edition,
    HalfDay,
    Hall,
    Level,
    Participation,
    Region,
    Room,
    Session,
    Stand,
    Zone,
)
from meetings.models import (
    Availability,
    Delegation,
    Feed,
    IncomingMail,
    Meeting,
    MeetingRequest,
    Office,
    OfficeHolder,
    Participant,
    Person,
    Secretariat,
)
from pavilion.core.access import Role
from pavilion.core.models import Membership, User
from startups.models import (
    Allocation,
    Answer,
    Application,
    Call,
    ChecklistDeadline,
    Criterion,
    Exhibitor,
    LateCode,
    PublishedAllocation,
    Question,
    Quota,
    Review,
    SheetImport,
)


def siret(number: int) -> str:
    """A well-formed SIRET: a SIREN from `number`, establishment 0001x."""
    siren = f"{90000000 + number:08d}"
    siren += luhn.calc_check_digit(siren)
    start = f"{siren}0001"
    return start + luhn.calc_check_digit(start)


class Factory(factory.django.DjangoModelFactory):
    class Meta:
        abstract = True


class UserFactory(Factory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"user{n}@pavilion.example")
    language = "fr"


def organiser(region_code: str = "", role: str = Role.MANAGER, **fields) -> User:
    """A team member: national without region code."""
    user = UserFactory(is_staff=True, **fields)
    Membership.objects.create(user=user, region_code=region_code, role=role)
    return user


class EditionFactory(Factory):
    class Meta:
        model = Edition
        django_get_or_create = ("year",)

    year = 2030
    name = "VivaTech"
    starts_on = date(2030, 6, 12)
    ends_on = date(2030, 6, 15)
    venue_name = "Paris Expo Porte de Versailles"
    is_published = True


class DayFactory(Factory):
    class Meta:
        model = Day
        django_get_or_create = ("edition", "date")

    edition = factory.SubFactory(EditionFactory)
    date = date(2030, 6, 12)
    public = Day.Public.PROFESSIONAL
    exhibitor_access_at = time(8)
    opens_at = time(9)
    closes_at = time(18)


class HalfDayFactory(Factory):
    """The morning of the first day; pass `part` and `day` for others."""

    class Meta:
        model = HalfDay
        django_get_or_create = ("day", "part")

    day = factory.SubFactory(DayFactory)
    edition = factory.SelfAttribute("day.edition")
    part = HalfDay.Part.MORNING
    starts_at = factory.LazyAttribute(
        lambda half: half.day.at(time(9) if half.part == HalfDay.Part.MORNING else time(13))
    )
    ends_at = factory.LazyAttribute(
        lambda half: half.day.at(time(13) if half.part == HalfDay.Part.MORNING else time(18))
    )


class ParticipationFactory(Factory):
    """Bretagne by default; pass region=Region.objects.get(code=…) for another."""

    class Meta:
        model = Participation
        django_get_or_create = ("edition", "region")

    edition = factory.SubFactory(EditionFactory)
    region = factory.LazyFunction(lambda: Region.objects.get(code="53"))
    contact_email = "contact@region.example"


class HallFactory(Factory):
    class Meta:
        model = Hall
        django_get_or_create = ("edition", "name_fr")

    edition = factory.SubFactory(EditionFactory)
    name_fr = "Hall 7"


class LevelFactory(Factory):
    class Meta:
        model = Level
        django_get_or_create = ("hall", "number")

    hall = factory.SubFactory(HallFactory)
    number = 1
    width = 100
    depth = 60


class ZoneFactory(Factory):
    class Meta:
        model = Zone
        django_get_or_create = ("level", "name_fr")

    level = factory.SubFactory(LevelFactory)
    participation = factory.SubFactory(ParticipationFactory)
    name_fr = factory.LazyAttribute(
        lambda zone: str(zone.participation.region) if zone.participation else "Espace commun"
    )


class StandFactory(Factory):
    class Meta:
        model = Stand

    zone = factory.SubFactory(ZoneFactory)
    edition = factory.SelfAttribute("zone.level.hall.edition")
    number = factory.Sequence(lambda n: f"P{n:03d}")
    x = 1
    y = 1


class RoomFactory(Factory):
    class Meta:
        model = Room

    zone = factory.SubFactory(ZoneFactory)
    edition = factory.SelfAttribute("zone.level.hall.edition")
    name_fr = factory.Sequence(lambda n: f"Salon {n}")
    x = 1
    y = 1


class SessionFactory(Factory):
    class Meta:
        model = Session

    room = factory.SubFactory(RoomFactory)
    edition = factory.SelfAttribute("room.edition")
    kind = Session.Kind.TALK
    state = Session.State.PUBLISHED
    title_fr = "L’hydrogène en Bretagne"
    starts_at = datetime(2030, 6, 12, 8, 0, tzinfo=UTC)
    ends_at = factory.LazyAttribute(lambda session: session.starts_at + timedelta(minutes=45))


class CallFactory(Factory):
    class Meta:
        model = Call
        django_get_or_create = ("participation",)

    participation = factory.SubFactory(ParticipationFactory)
    opens_at = datetime(2030, 2, 1, tzinfo=UTC)
    closes_at = datetime(2030, 3, 1, tzinfo=UTC)
    places = 10
    contact_email = "appel@region.example"
    is_published = True


class ApplicationFactory(Factory):
    """Submitted and complete; pass status for another state."""

    class Meta:
        model = Application

    call = factory.SubFactory(CallFactory)
    status = Application.Status.SUBMITTED
    legal_name = factory.Sequence(lambda n: f"Société {n} SAS")
    display_name = factory.Sequence(lambda n: f"Société {n}")
    siret = factory.Sequence(siret)
    founded_on = date(2025, 1, 15)
    headcount_band = "02"
    theme_id = "cyber"
    trl = 7
    pitch_fr = "Nous protégeons les hôpitaux."
    pitch_en = "We protect hospitals."
    contact_name = "Camille Le Goff"
    contact_email = factory.Sequence(lambda n: f"contact{n}@societe.example")
    commitments_at = datetime(2030, 2, 10, tzinfo=UTC)
    privacy_notice_version = "2"
    privacy_notice_at = datetime(2030, 2, 10, tzinfo=UTC)
    submitted_at = factory.LazyAttribute(
        lambda application: (
            None if application.status == "draft" else datetime(2030, 2, 10, tzinfo=UTC)
        )
    )


class QuestionFactory(Factory):
    class Meta:
        model = Question

    call = factory.SubFactory(CallFactory)
    key = factory.Sequence(lambda n: f"question-{n}")
    label_fr = "Votre extrait Kbis"


class AnswerFactory(Factory):
    """To a question of the application's own call; pass `value`, or `file`."""

    class Meta:
        model = Answer

    application = factory.SubFactory(ApplicationFactory)
    question = factory.SubFactory(
        QuestionFactory,
        call=factory.SelfAttribute("..application.call"),
        kind=factory.LazyAttribute(
            lambda question: "file" if question.factory_parent.file else "text"
        ),
    )
    file = None
    file_name = factory.LazyAttribute(lambda answer: answer.file.name if answer.file else "")


class CriterionFactory(Factory):
    class Meta:
        model = Criterion

    call = factory.SubFactory(CallFactory)
    name_fr = factory.Sequence(lambda n: f"Critère {n}")
    position = factory.Sequence(int)


class QuotaFactory(Factory):
    class Meta:
        model = Quota

    call = factory.SubFactory(CallFactory)
    dimension = Quota.Dimension.WOMEN
    least = 3


class LateCodeFactory(Factory):
    class Meta:
        model = LateCode

    call = factory.SubFactory(CallFactory)
    code = factory.Sequence(lambda n: f"BRE-{n:06d}")
    expires_at = datetime(2030, 3, 10, 17, tzinfo=UTC)


class DeadlineFactory(Factory):
    class Meta:
        model = ChecklistDeadline

    call = factory.SubFactory(CallFactory)
    item = "logo"
    due_at = datetime(2030, 5, 3, 16, tzinfo=UTC)


class ReviewFactory(Factory):
    """Given out and not handed in yet, to a new reviewer of Bretagne."""

    class Meta:
        model = Review

    application = factory.SubFactory(ApplicationFactory)
    reviewer = factory.LazyFunction(lambda: organiser("53", Role.REVIEWER))


class ExhibitorFactory(Factory):
    class Meta:
        model = Exhibitor

    application = factory.SubFactory(ApplicationFactory, status=Application.Status.CONFIRMED)
    participation = factory.SelfAttribute("application.call.participation")
    slug = factory.Sequence(lambda n: f"societe-{n}")


class AllocationFactory(Factory):
    class Meta:
        model = Allocation

    exhibitor = factory.SubFactory(ExhibitorFactory)
    stand = factory.SubFactory(StandFactory)
    half_day = factory.SubFactory(HalfDayFactory)


class PublishedAllocationFactory(Factory):
    class Meta:
        model = PublishedAllocation

    exhibitor = factory.SubFactory(ExhibitorFactory)
    stand = factory.SubFactory(StandFactory)
    half_day = factory.SubFactory(HalfDayFactory)


class OfficeFactory(Factory):
    class Meta:
        model = Office

    code = factory.Sequence(lambda n: f"office-{n}")
    kind = Office.Kind.GOVERNMENT
    title_fr = "Ministre délégué·e au Numérique et à l’Intelligence artificielle"
    title_en = "Minister delegate for Digital Affairs and AI"
    email = factory.Sequence(lambda n: f"cabinet{n}@ministere.example")


class PersonFactory(Factory):
    """A member of Bretagne's delegation."""

    class Meta:
        model = Person

    first_name = "Maïwenn"
    last_name = factory.Sequence(lambda n: f"Kerzoncuff {n}")
    region = factory.LazyFunction(lambda: Region.objects.get(code="53"))
    email = factory.Sequence(lambda n: f"elue{n}@region.example")


class OfficeHolderFactory(Factory):
    """Since the beginning of the year, and for good."""

    class Meta:
        model = OfficeHolder

    office = factory.SubFactory(OfficeFactory)
    person = factory.SubFactory(PersonFactory)
    starts_on = date(2030, 1, 1)


class SecretariatFactory(Factory):
    """Of a person; pass person=None and an office for another."""

    class Meta:
        model = Secretariat

    person = factory.SubFactory(PersonFactory)
    email = factory.Sequence(lambda n: f"secretariat{n}@region.example")


class AvailabilityFactory(Factory):
    """Of a person, who is taken for an hour from ten in Paris."""

    class Meta:
        model = Availability

    person = factory.SubFactory(PersonFactory)
    starts_at = datetime(2030, 6, 12, 8, 0, tzinfo=UTC)
    ends_at = factory.LazyAttribute(lambda row: row.starts_at + timedelta(hours=1))


class MeetingRequestFactory(Factory):
    """Bretagne would like to meet an office, at no particular time."""

    class Meta:
        model = MeetingRequest

    participation = factory.SubFactory(ParticipationFactory)
    edition = factory.SelfAttribute("participation.edition")
    office = factory.SubFactory(OfficeFactory)
    subject_fr = "Souveraineté numérique"


class DelegationFactory(Factory):
    class Meta:
        model = Delegation

    edition = factory.SubFactory(EditionFactory)
    name_fr = factory.Sequence(lambda n: f"Délégation {n}")


class MeetingFactory(Factory):
    """An option at ten o'clock in Paris, with no participant and no place: a bare row.

    Nothing is occupied and no mail is promised: use meetings.operations for a lived meeting.
    """

    class Meta:
        model = Meeting

    edition = factory.SubFactory(EditionFactory)
    subject_fr = "Entretien sur la souveraineté numérique"
    starts_at = datetime(2030, 6, 12, 8, 0, tzinfo=UTC)
    ends_at = factory.LazyAttribute(lambda meeting: meeting.starts_at + timedelta(minutes=30))


class ParticipantFactory(Factory):
    class Meta:
        model = Participant

    meeting = factory.SubFactory(MeetingFactory)
    person = factory.SubFactory(PersonFactory)


class IncomingMailFactory(Factory):
    """A message to be looked at: words, from somebody who is not known."""

    class Meta:
        model = IncomingMail

    digest = factory.Sequence(lambda n: f"{n:064x}")
    raw = b"From: cabinet@ministere.example\r\nSubject: Rendez-vous\r\n\r\nNous viendrons.\r\n"
    sender = "cabinet@ministere.example"
    subject = "Rendez-vous"
    outcome = IncomingMail.Outcome.REVIEW
    reason = "words"


class FeedFactory(Factory):
    class Meta:
        model = Feed

    person = factory.SubFactory(PersonFactory)


class SheetImportFactory(Factory):
    """A list of one new company, compared; its file is not really there."""

    class Meta:
        model = SheetImport

    call = factory.SubFactory(CallFactory)
    state = SheetImport.State.CHECKED
    file = "imports/liste.xlsx"
    refused = factory.django.FileField(data=b"PK", filename="refused.xlsx")
    file_name = "liste.xlsx"
    sheet = "Liste"
    header_row = 1
    mapping = factory.LazyFunction(lambda: {"0": "legal_name", "1": "contact_email"})
    report = factory.LazyFunction(
        lambda: {
            "sheets": [
                {
                    "name": "Liste",
                    "rows": 2,
                    "columns": 2,
                    "is_hidden": False,
                    "first": [[1, ["Entreprise", "Mail"]], [2, ["Alpha", "a@alpha.example"]]],
                }
            ],
            "counts": {"new": 1, "changed": 0, "same": 0, "refused": 0},
            "rows": [{"row": 2, "outcome": "new", "name": "Alpha", "changes": []}],
            "fingerprint": "",
        }
    )
