"""What came back by mail, in every outcome, and whom the desks have asked again.

Messages go through the same hands as real ones; those that answered in the past are kept beside
their answer as they were.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from hashlib import sha256
from random import Random

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from meetings import operations
from meetings.addressees import organizer_email
from meetings.models import ContactNote, IncomingMail, Meeting, Office, Participant
from meetings.receiving import deciding, knowing
from meetings.receiving import letter as letters
from meetings.receiving.taking_in import take_in
from pavilion.core.models import OutboxMessage, User
from pavilion.demo.setting import NATIONAL, Setting

REPLIES = 12  # that were applied, of those who answered by mail
CHASED = 3  # of so many who have not answered, one has been called
SUBJECTS = {
    "ACCEPTED": "Accepté",
    "TENTATIVE": "Peut-être",
    "DECLINED": "Refusé",
    "DELEGATED": "Délégué",
    "COUNTER": "Nouvelle heure proposée",
}
PARTSTATS = {"accepted": "ACCEPTED", "tentative": "TENTATIVE", "declined": "DECLINED"}
NOTES = (
    ("Secrétariat particulier", "Agenda en cours d’arbitrage, réponse promise.", "Rappeler", -1),
    ("Chef·fe de cabinet", "Favorable, attend la note de préparation.", "Envoyer la note", 0),
    ("Standard", "Personne ne répond, message laissé.", "Rappeler le matin", 2),
    ("Conseiller·ère diplomatique", "Demande un quart d’heure de moins.", "", None),
)


def write_incoming(setting: Setting) -> None:
    random = Random("pavilion incoming")  # noqa: S311 - a story, not a secret
    national = setting.actors[NATIONAL]
    _telephones()
    _answers_of_the_past()
    _doubtful(setting, national)
    _bounce(setting)
    _contacts(setting, national, random)


def _telephones() -> None:
    """Of offices that have none; 01 99 00 is nobody's."""
    offices = list(Office.objects.filter(phone="").order_by("pk"))
    for office in offices:
        office.phone = f"01 99 00 {office.pk // 100 % 100:02d} {office.pk % 100:02d}"
    Office.objects.bulk_update(offices, ["phone"])


def _answers_of_the_past() -> None:
    answered = Participant.objects.present().filter(
        answered_via=Participant.Channel.MAIL, answer__in=PARTSTATS
    )
    for participant in answered.select_related("meeting").order_by("pk")[:REPLIES]:
        at = participant.answered_at or timezone.now()
        octets = _reply(participant, PARTSTATS[participant.answer], at, participant.comment)
        contents = deciding.open_letter(letters.read(octets))
        known = knowing.look_up(contents, now=at)
        decision = deciding.decide(contents, known, received_at=at)
        IncomingMail.objects.create(
            digest=sha256(octets).hexdigest(),
            message_id=contents.letter.message_id,
            raw=octets,
            received_at=at,
            sender=contents.letter.shown_sender,
            subject=contents.letter.subject,
            outcome=IncomingMail.Outcome.APPLIED,
            facts=deciding.described(contents, decision, known),
            meeting=participant.meeting,
            participant=participant,
        )


def _doubtful(setting: Setting, national: User) -> None:
    """Each for another reason, about those whose answer is still awaited."""
    at = setting.dates.in_days(-1, 15, 40)
    waiting = _waiting()
    for number, participant in enumerate(waiting[:6]):
        received_at = min(at + timedelta(minutes=37 * number), timezone.now())
        for octets in _in_doubt(number, participant, received_at):
            mail = take_in(octets, received_at=received_at)
            if number == 5:
                operations.settle_incoming(
                    mail_id=mail.pk, by=national, reason="Appelé le secrétariat : il confirme."
                )


def _in_doubt(number: int, participant: Participant, at: datetime) -> Iterator[bytes]:
    if number == 0:
        yield _reply(participant, "TENTATIVE", at, method="COUNTER", later=timedelta(hours=1))
    elif number == 1:
        yield _words(
            participant,
            "Madame, Monsieur,\n\nNous avons bien reçu votre invitation. La participation se "
            "confirme, sous réserve d’une arrivée dix minutes après le début.\n\nCordialement,\n"
            "Le secrétariat particulier",
            at,
        )
    elif number == 2:
        yield _reply(participant, "DELEGATED", at, delegate="remplacant@region.example")
    elif number == 3:
        yield _reply(participant, "ACCEPTED", at, to=settings.ORGANIZER_EMAIL)
    elif number == 4:
        yield _reply(participant, "ACCEPTED", at, attendee="invite-surprise@exemple.example")
        yield _words(
            participant,
            "Je suis absent·e du bureau et répondrai à mon retour.",
            at,
            {"Auto-Submitted": "auto-replied", "Subject": "Absence du bureau"},
        )
    else:
        yield _words(participant, "Pouvez-vous m’appeler au sujet du protocole ?", at)


def _bounce(setting: Setting) -> None:
    sent = OutboxMessage.objects.filter(
        state=OutboxMessage.State.SENT, kind="meetings.invitation", region_code__gt=""
    )
    message = sent.order_by("pk").first()
    if message is None:
        return
    report = EmailMessage()
    report["From"] = "MAILER-DAEMON@mx.exemple.example"
    report["To"] = settings.ORGANIZER_EMAIL
    report["Return-Path"] = "<>"
    report["Message-ID"] = f"<non-remis.{message.pk}@mx.exemple.example>"
    report["Subject"] = "Undelivered Mail Returned to Sender"
    report["X-Failed-Recipients"] = message.recipient
    report.set_content(
        "This is a permanent error. The following address failed:\n\n"
        f"  {message.recipient}\n    550 5.1.1 User unknown\n\nMessage-ID: {message.message_id}\n"
    )
    take_in(report.as_bytes(), received_at=(message.sent_at or timezone.now()) + timedelta(hours=1))


def _contacts(setting: Setting, national: User, random: Random) -> None:
    """Calls of the last days, with what was agreed: yesterday, today, or later."""
    rows = []
    for number, participant in enumerate(_waiting()):
        if number % CHASED:
            continue
        with_whom, note, next_step, days = NOTES[(number // CHASED) % len(NOTES)]
        code = participant.meeting.region_code
        today = setting.dates.today
        rows.append(
            ContactNote(
                participant=participant,
                at=setting.dates.in_days(-random.randint(2, 5), random.randint(9, 17)),
                by=setting.actors.get(code, national),
                with_whom=with_whom,
                note=note,
                next_step=next_step,
                next_on=None if days is None else today + timedelta(days=days),
            )
        )
    ContactNote.objects.bulk_create(rows, batch_size=500)


def _waiting() -> list[Participant]:
    """Those invited who have not answered, offices first."""
    rows = Participant.objects.present().filter(
        Q(office__isnull=False) | ~Q(person__email=""),
        answer=Participant.Answer.NEEDS_ACTION,
        meeting__status=Meeting.Status.CONFIRMED,
        meeting__starts_at__gt=timezone.now(),
    )
    rows = rows.select_related("person", "office", "meeting__participation")
    return sorted(rows.order_by("pk"), key=lambda each: (each.office_id is None, each.pk))


def _reply(
    participant: Participant,
    partstat: str,
    at: datetime,
    comment: str = "",
    *,
    method: str = "REPLY",
    to: str = "",
    attendee: str = "",
    delegate: str = "",
    later: timedelta = timedelta(),
) -> bytes:
    """As a calendar program writes it."""
    meeting = participant.meeting
    to, attendee = to or organizer_email(participant), attendee or participant.email
    named = f';DELEGATED-TO="mailto:{delegate}"' if delegate else ""
    lines = [
        *("BEGIN:VCALENDAR", "PRODID:-//Exemple//Agenda//FR", "VERSION:2.0", f"METHOD:{method}"),
        *("BEGIN:VEVENT", f"UID:{meeting.uid}", f"SEQUENCE:{participant.invited_sequence or 1}"),
        f"DTSTAMP:{_utc(at)}",
        f"DTSTART:{_utc(meeting.starts_at + later)}",
        f"DTEND:{_utc(meeting.ends_at + later)}",
        f"ORGANIZER:mailto:{to}",
        f"ATTENDEE;PARTSTAT={partstat}{named}:mailto:{attendee}",
        *([f"COMMENT:{comment}"] if comment else []),
        *("END:VEVENT", "END:VCALENDAR", ""),
    ]
    subject = SUBJECTS.get(method) or SUBJECTS[partstat]
    mail = _mail(participant, at, to, f"{subject} : {meeting.subject_fr}", attendee)
    mail.set_content("Réponse à l’invitation.\n")
    mail.add_alternative(
        "\r\n".join(lines).encode(),
        maintype="text",
        subtype="calendar",
        params={"method": method, "charset": "UTF-8"},
    )
    return mail.as_bytes()


def _words(
    participant: Participant, text: str, at: datetime, headers: dict[str, str] | None = None
) -> bytes:
    subject = f"Re : {participant.meeting.subject_fr}"
    mail = _mail(participant, at, organizer_email(participant), subject, participant.email)
    for name, value in (headers or {}).items():
        del mail[name]
        mail[name] = value
    mail.set_content(f"{text}\n")
    return mail.as_bytes()


def _mail(
    participant: Participant, at: datetime, to: str, subject: str, sender: str
) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = to
    mail["Date"] = at
    mail["Subject"] = subject
    domain = sender.rpartition("@")[2]
    mail["Message-ID"] = f"<{_utc(at)}.{participant.pk}.{len(subject)}@{domain}>"
    return mail


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
