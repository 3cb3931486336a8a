"""Meeting -> calendar Entry, in the active language. Pure: reads loaded relations, no clock."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from meetings import wording
from meetings.addressees import organizer_email
from meetings.models import Feed, Meeting, Participant, Stop
from pavilion.core.ical import Attendee, Entry, PartStat, Status

STATUSES: dict[str, Status] = {
    Meeting.Status.OPTION: "TENTATIVE",
    Meeting.Status.CONFIRMED: "CONFIRMED",
    Meeting.Status.HELD: "CONFIRMED",
    Meeting.Status.NOT_HELD: "CANCELLED",
    Meeting.Status.CANCELLED: "CANCELLED",
}
PARTSTATS: dict[str, PartStat] = {
    Participant.Answer.NEEDS_ACTION: "NEEDS-ACTION",
    Participant.Answer.ACCEPTED: "ACCEPTED",
    Participant.Answer.TENTATIVE: "TENTATIVE",
    Participant.Answer.DECLINED: "DECLINED",
    Participant.Answer.DELEGATED: "DELEGATED",
}


# Enough to walk to any room of the venue.
ALARM = timedelta(minutes=15)


def lead_times(meeting: Meeting) -> list[timedelta]:
    """When calendars that want alarms ring: in time to leave for it."""
    return [ALARM + timedelta(minutes=meeting.travel_minutes)]


def feed_entry(meeting: Meeting, *, level: str) -> Entry:
    """What a calendar shows of it.

    Nobody's private link goes in here: all who share a level and a language share the text.
    """
    is_full = level == Feed.Level.FULL
    return Entry(
        uid=meeting.uid,
        sequence=meeting.sequence,
        stamp=meeting.updated_at,
        created=meeting.created_at,
        last_modified=meeting.updated_at,
        start=meeting.starts_at,
        end=meeting.ends_at,
        status=STATUSES[meeting.status],
        summary=_prefix(meeting) + (meeting.subject if is_full else _("Busy")),
        location=wording.place(meeting),
        description=_description(meeting) if is_full else "",
        is_private=not is_full,
    )


def stop_entry(meeting: Meeting, stop: Stop, number: int, *, level: str, sequence: int) -> Entry:
    """What the calendar of a stand shows of a visit that stops there, for the `number`th time."""
    is_full = level == Feed.Level.FULL
    name = uuid.uuid5(uuid.NAMESPACE_URL, f"{meeting.uid}#{stop.stand_id}#{number}")
    stand = _("Stand %(number)s") % {"number": stop.stand.number}
    spot = (stand, stop.stand.zone.name, str(stop.stand.zone.level), meeting.edition.venue_name)
    return Entry(
        uid=f"{name}@pavilion",
        sequence=sequence,
        stamp=meeting.updated_at,
        created=meeting.created_at,
        last_modified=meeting.updated_at,
        start=stop.starts_at,
        end=stop.starts_at + timedelta(minutes=max(stop.minutes, 1)),
        status=STATUSES[meeting.status],
        summary=_prefix(meeting)
        + (_("Visit: %(subject)s") % {"subject": meeting.subject} if is_full else _("Busy")),
        location=", ".join(filter(None, spot)),
        is_private=not is_full,
    )


def invitation_entry(
    participant: Participant, *, mailbox: str, stamp: datetime, is_cancelled: bool
) -> Entry:
    """What one participant's invitation or cancellation says; nobody else is named as attendee.

    Whoever has no address of their own is invited at the `mailbox` that receives it for them.
    """
    meeting = participant.meeting
    return Entry(
        uid=meeting.uid,
        sequence=meeting.sequence,
        stamp=stamp,
        created=meeting.created_at,
        last_modified=meeting.updated_at,
        start=meeting.starts_at,
        end=meeting.ends_at,
        status="CANCELLED" if is_cancelled else STATUSES[meeting.status],
        summary=_prefix(meeting, is_cancelled) + meeting.subject,
        location=wording.place(meeting),
        # Nobody's name: who else comes may change without a mail, and the page tells it.
        description="\n".join(_particulars(meeting)),
        url=settings.BASE_URL + participant.get_absolute_url(),
        organizer_email=organizer_email(participant),
        organizer_name=settings.ORGANIZER_NAME,
        attendee=Attendee(
            email=participant.email or mailbox,
            name=str(participant),
            partstat=PARTSTATS[participant.answer],
            role="REQ-PARTICIPANT" if participant.is_required else "OPT-PARTICIPANT",
        ),
    )


def _prefix(meeting: Meeting, is_removed: bool = False) -> str:
    # In the title too: Outlook ignores STATUS, Google hides what is cancelled.
    if is_removed or meeting.status == Meeting.Status.CANCELLED:
        return _("[Cancelled] ")
    if meeting.status == Meeting.Status.NOT_HELD:
        return _("[Not held] ")
    if meeting.status == Meeting.Status.OPTION:
        return _("[Option] ")
    return ""


def _description(meeting: Meeting) -> str:
    lines = []
    if people := wording.people(meeting):
        lines = [_("Expected:"), *(f"– {person}" for person in people)]
    return "\n".join([*lines, *_particulars(meeting)])


def _particulars(meeting: Meeting) -> list[str]:
    """What `emails.facts` tells of a change to, or the calendar would hold what nobody was told."""
    lines = []
    if point := wording.meeting_point(meeting):
        lines.append(_("Meeting point: %(place)s") % {"place": point})
    if meeting.press != Meeting.Press.CLOSED:
        lines.append(_("Press: %(press)s") % {"press": wording.press(meeting)})
    if meeting.languages:
        lines.append(_("Languages: %(languages)s") % {"languages": meeting.languages})
    if contact := wording.contact(meeting):
        lines.append(_("On site: %(contact)s") % {"contact": contact})
    return lines
