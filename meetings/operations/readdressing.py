"""What still waits follows a mailbox: to its new address, or nowhere once it receives no more.

Mail to an office may wait for days until somebody approves it. What left stays as it left.
"""

from django.utils import timezone

from meetings.models import Meeting, Office, Participant, Person
from meetings.operations.invitations import tell
from meetings.operations.locking import reload
from pavilion.core.models import OutboxMessage
from pavilion.core.threads import supersede

_WAITING = (OutboxMessage.State.HELD, OutboxMessage.State.QUEUED)


def follow_address(who: Person | Office, *, former: str, now_at: str, mark: str = "") -> None:
    """Send to `now_at` what waits for them at their `former` address; to nobody, when it is empty.

    `mark` is that of one of their secretariats, whose mailbox it then is. Called by whatever
    changes an address, in its transaction.
    """
    if not former or former == now_at:
        return
    waiting = OutboxMessage.objects.unclaimed(timezone.now()).filter(
        state__in=_WAITING, recipient__iexact=former
    )
    suffix = f":{mark}" if mark else ""
    theirs = Participant.objects.filter(**{_kind(who): who})
    meetings = {
        f"{uid}:{public_id}{suffix}": meeting
        for uid, public_id, meeting in theirs.values_list("meeting__uid", "public_id", "meeting")
    }
    mine = waiting.filter(thread__in=meetings)
    concerned = {meetings[thread] for thread in mine.values_list("thread", flat=True)}
    # Only their rows: PostgreSQL refuses to lock what an outer join may leave empty.
    rows = Meeting.objects.filter(pk__in=concerned).select_for_update(of=("self",))
    for meeting in rows.order_by("pk"):
        tell(reload(meeting), ())
    if isinstance(who, Person):
        # Reminders, programmes, run sheets: nothing in them names the address.
        rest = waiting.filter(thread__contains=f":{who.public_id}", thread__endswith=suffix)
        if now_at:
            rest.exclude(thread__in=meetings).update(
                recipient=now_at, domain=now_at.rpartition("@")[2].lower()
            )
        else:
            supersede(list(rest.values_list("thread", flat=True)))
    # Of a mailbox that is none any more, all that waits.
    supersede(list(mine.values_list("thread", flat=True)))


def _kind(who: Person | Office) -> str:
    return "person" if isinstance(who, Person) else "office"
