"""Begin an application, and find its private link again."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from pavilion.core import activity, outbox
from pavilion.core.access import ensure_manages
from pavilion.core.errors import DomainError, paris_iso
from pavilion.core.models import OutboxMessage, User
from startups import emails, notice
from startups.dates import moment
from startups.models import Application, Call, LateCode
from startups.operations.applying.late_entry import ensure_left, usable
from startups.operations.applying.states import Status, told_of

# The version of the text at core:privacy, raised in `startups.notice`.
PRIVACY_NOTICE_VERSION = notice.VERSION

# Enough for somebody who loses their link again and again, too few to flood a stranger's mailbox.
LINKS_PER_HOUR = 5


class NotOpen(DomainError):
    code = "not_open"


def start_application(
    *,
    call_id: int,
    contact_email: str,
    language: str = "fr",
    by: User | None = None,
    late_code: str = "",
    guesser: str = "",
) -> Application:
    """Open a draft and mail its private link. An address with a draft here gets that one again."""
    return find_or_start_application(
        call_id=call_id,
        contact_email=contact_email,
        language=language,
        by=by,
        late_code=late_code,
        guesser=guesser,
    )[0]


def find_or_start_application(
    *,
    call_id: int,
    contact_email: str,
    language: str = "fr",
    by: User | None = None,
    late_code: str = "",
    guesser: str = "",
) -> tuple[Application, bool]:
    """Like start_application; also tells whether the draft is new.

    Only a new draft may be opened by whoever typed the address: an existing one opens by its link.
    After the closing, a late-entry code lets in as many applications as it says. A draft that was
    begun in time takes one of its uses too, and goes on until the code expires. `guesser` says
    from where a code is typed, see `late_entry.usable`.
    """
    with transaction.atomic():
        # One start after the other: two clicks must not make two drafts.
        call = (
            Call.objects.select_for_update(of=("self",), no_key=True)
            .select_related("participation__region", "participation__edition")
            .get(pk=call_id)
        )
        ensure_manages(by, call.region_code)
        code = _late_code(call, late_code, guesser)
        draft = (
            Application.objects.filter(
                call=call, contact_email__iexact=contact_email, status=Status.DRAFT
            )
            .order_by("pk")
            .first()
        )
        if draft is not None:
            draft.call = call
            _let_in(draft, code)
            mail_link(draft)
            return draft, False
        if code is not None:
            ensure_left(code, call)
        application = Application.objects.create(
            call=call,
            contact_email=contact_email,
            language=language,
            late_code=code,
            # The page that asks for the address shows the notice beside it.
            privacy_notice_version=PRIVACY_NOTICE_VERSION if by is None else "",
            privacy_notice_at=timezone.now() if by is None else None,
        )
        activity.record(
            by=by,
            verb="application.started",
            target=application,
            region_code=call.region_code,
            after={"status": str(Status.DRAFT)},
            **told_of(application, by=by, by_name=contact_email),
        )
        mail_link(application)
    return application, True


def _late_code(call: Call, typed: str, guesser: str) -> LateCode | None:
    """The code that lets somebody in now; None while the call is open to all."""
    now = timezone.now()
    if typed and now >= call.closes_at and call.is_published:
        return usable(call, typed, now, guesser=guesser)
    ensure_open(call, now)
    return None


def _let_in(draft: Application, code: LateCode | None) -> None:
    """A draft that was begun in time, or by another code, takes a use of this one."""
    if code is None or draft.late_code_id == code.pk:
        return
    ensure_left(code, draft.call)
    draft.late_code = code
    draft.save(update_fields=["late_code", "updated_at"])


def send_link(*, call_id: int, contact_email: str) -> int:
    """Mail an address the links of its applications to a call; returns how many left.

    Callers must say the same thing whatever the number, or they tell strangers who applied.
    """
    with transaction.atomic():
        applications = (
            Application.objects.filter(call_id=call_id, contact_email__iexact=contact_email)
            .select_related("call__participation__region", "call__participation__edition")
            .order_by("pk")
        )
        return sum(mail_link(application) for application in applications)


def mail_link(application: Application) -> bool:
    """Promise the link, unless this address got its share for the hour; tells whether it did."""
    if not may_mail_link(application):
        return False
    outbox.enqueue(emails.link(application))
    return True


def mail_links(applications: Iterable[Application]) -> None:
    """The same for many, in few statements."""
    sent = Counter(address.lower() for address in _sent().values_list("recipient", flat=True))
    letters = []
    for application in applications:
        mailbox = application.contact_email.lower()
        if sent[mailbox] < LINKS_PER_HOUR:
            sent[mailbox] += 1
            letters.append(emails.link(application))
    outbox.enqueue_all(letters)


def mail_led_back(other: Application, *, typed_in: Application) -> bool:
    """Promise it its link because its SIRET was typed elsewhere; tells whether it was.

    Once a day for the same two, however often it is typed. Those who ask for their link are not
    kept from it: these mails have a limit of their own.
    """
    message = emails.led_back(other, typed_in=typed_in)
    now = timezone.now()
    earlier = OutboxMessage.objects.filter(kind=message.kind)
    lately = earlier.filter(recipient__iexact=message.recipient)
    if (
        earlier.filter(thread=message.thread, created_at__gt=now - timedelta(days=1)).exists()
        or lately.filter(created_at__gt=now - timedelta(hours=1)).count() >= LINKS_PER_HOUR
    ):
        return False
    outbox.enqueue(message)
    return True


def may_mail_link(application: Application) -> bool:
    return _sent().filter(recipient__iexact=application.contact_email).count() < LINKS_PER_HOUR


def _sent() -> QuerySet[OutboxMessage]:
    """The links mailed in the last hour."""
    since = timezone.now() - timedelta(hours=1)
    return OutboxMessage.objects.filter(kind=emails.LINK, created_at__gt=since)


def ensure_open(call: Call, now: datetime) -> None:
    if not call.is_open(now):
        raise closed(call, now)


def accepts(application: Application, now: datetime) -> bool:
    """Whether it may be handed in: its call is open, or its late-entry code still valid."""
    return application.accepts_submissions(now)


def closed(call: Call, now: datetime) -> NotOpen:
    """The refusal that says when a call opens, or since when it is closed."""
    words = {
        "region": call.participation.region,
        "opens": moment(call.opens_at),
        "closed": moment(call.closes_at),
        "contact": call.contact_email,
    }
    if now >= call.closes_at:
        message = _(
            "The call for applications of %(region)s has been closed since %(closed)s. "
            "Questions: %(contact)s."
        )
    elif call.is_published:
        message = _("The call for applications of %(region)s opens on %(opens)s.")
    else:
        message = _("The call for applications of %(region)s is not open yet.")
    return NotOpen(
        message % words,
        details={"opens_at": paris_iso(call.opens_at), "closes_at": paris_iso(call.closes_at)},
    )
