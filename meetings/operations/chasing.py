"""Asking again those who have not answered: by telephone, by mail, and what was agreed."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from meetings.chase_list import awaiting
from meetings.emails.secretariat import secretariat_link
from meetings.models import ContactNote, Participant, Secretariat
from meetings.operations.answering import ensure_may_answer, record_answer
from meetings.operations.locking import lock_meeting
from pavilion.core import activity, outbox
from pavilion.core.access import ensure_manages
from pavilion.core.errors import DomainError
from pavilion.core.models import User
from pavilion.core.threads import supersede

# Through which channel an answer came, by how they were reached.
_CHANNELS = {
    ContactNote.Channel.PHONE: Participant.Channel.PHONE,
    ContactNote.Channel.PERSON: Participant.Channel.PHONE,
    ContactNote.Channel.MAIL: Participant.Channel.MAIL,
}


class NotYet(DomainError):
    """A contact that has not taken place."""

    code = "not_yet"


class AnswersForNobody(DomainError):
    code = "answers_for_nobody"


def note_contact(
    *,
    participant_id: int,
    by: User | None,
    channel: str = ContactNote.Channel.PHONE,
    with_whom: str = "",
    note: str = "",
    next_step: str = "",
    next_on: date | None = None,
    at: datetime | None = None,
    answer: str = "",
) -> ContactNote:
    """Note that somebody was reached, or tried to be, and the answer they gave if they did."""
    now = timezone.now()
    if at and at > now:
        raise NotYet(_("A contact is noted once it has taken place."), field="at")
    with transaction.atomic():
        participant = Participant.objects.select_related("person", "office").get(pk=participant_id)
        meeting = lock_meeting(participant.meeting_id, None)
        ensure_may_answer(by, meeting, participant)
        row = ContactNote.objects.create(
            participant=participant,
            at=at or now,
            by=by,
            channel=channel,
            with_whom=with_whom.strip(),
            note=note.strip(),
            next_step=next_step.strip(),
            next_on=next_on,
        )
        activity.record(
            by=by,
            verb="meeting.contacted",
            target=meeting,
            region_code=meeting.region_code,
            reason=row.note,
            after={
                "name": str(participant),
                "with_whom": row.with_whom,
                "next_step": row.next_step,
                "next_on": row.next_on,
            },
        )
        if answer:
            record_answer(
                participant_id=participant.pk,
                answer=answer,
                via=_CHANNELS[ContactNote.Channel(channel)],
                by=by,
                answered_by=row.with_whom,
                comment=row.note,
                at=at,
            )
    return row


def renew_answer_link(*, participant_id: int, by: User | None) -> Participant:
    """Close the link by which one participant answers; the next mail carries the new one."""
    with transaction.atomic():
        participant = Participant.objects.select_related("person", "office").get(pk=participant_id)
        meeting = lock_meeting(participant.meeting_id, None)
        ensure_may_answer(by, meeting, participant)
        Participant.objects.filter(pk=participant.pk).update(link_version=F("link_version") + 1)
        participant.refresh_from_db(fields=["link_version"])
        activity.record(
            by=by,
            verb="meeting.link_renewed",
            target=meeting,
            region_code=meeting.region_code,
            after={"name": str(participant)},
        )
    return participant


def send_secretariat_link(
    *, secretariat_id: int, by: User | None, renew: bool = False
) -> Secretariat:
    """Mail a secretariat the link to all that awaits its answer; `renew` closes the former ones.

    The link goes to its address and nowhere else: it answers for everybody that address answers
    for, whichever team wrote them down.
    """
    with transaction.atomic():
        found = Secretariat.objects.get(pk=secretariat_id)
        rows = Secretariat.objects.select_for_update(of=("self",)).filter(email__iexact=found.email)
        same = list(rows.order_by("pk"))
        secretariat = Secretariat.objects.select_related("person", "office").get(pk=found.pk)
        whose = secretariat.person or secretariat.office
        ensure_manages(by, whose.region_id if whose else "")
        if not secretariat.answers:
            raise AnswersForNobody(
                _("%(email)s receives mail, but answers for nobody.") % {"email": found.email}
            )
        if renew:
            pks = [each.pk for each in same]
            Secretariat.objects.filter(pk__in=pks).update(link_version=F("link_version") + 1)
            secretariat.refresh_from_db(fields=["link_version"])
        supersede([f"secretariat:{secretariat.public_id}"])
        outbox.enqueue(secretariat_link(secretariat, waiting=awaiting(secretariat).count()))
        activity.record(
            by=by,
            verb=f"secretariat.{'link_renewed' if renew else 'link_sent'}",
            target=whose or secretariat,
            region_code=(whose.region_id if whose else "") or "",
            after={"name": str(secretariat)},
        )
    return secretariat
