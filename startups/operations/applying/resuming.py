"""Coming back to an application on a device that has no mail: a short code, mailed on demand."""

import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from pavilion.core import outbox
from pavilion.core.errors import DomainError
from startups import emails
from startups.models import Application, ResumeCode
from startups.operations.applying.drafts import may_mail_link

# Without letters and digits that are taken for one another: 0 O, 1 I L, 2 Z, 5 S, 8 B.
SIGNS = "34679ACDEFGHJKMNPQRTUVWXY"
LENGTH = 6
LIFE = timedelta(minutes=30)
ATTEMPTS = 5


class CodeRefused(DomainError):
    code = "code_refused"


def send_resume_code(*, call_id: int, contact_email: str) -> int:
    """Mail an address the link and a code for each of its applications to a call; returns how many.

    Callers must say the same thing whatever the number, or they tell strangers who applied. Each
    call makes other codes; those mailed before keep their half-hour. The hourly limit of mailed
    links counts these too.
    """
    now = timezone.now()
    with transaction.atomic():
        ResumeCode.objects.filter(expires_at__lt=now - timedelta(days=1)).delete()
        sent = 0
        for application in _applications(call_id, contact_email):
            if not may_mail_link(application):
                continue
            code = "".join(secrets.choice(SIGNS) for _sign in range(LENGTH))
            ResumeCode.objects.create(
                application=application, digest=_digest(application, code), expires_at=now + LIFE
            )
            outbox.enqueue(emails.link(application, code=code))
            sent += 1
    return sent


def resume_application(*, call_id: int, contact_email: str, code: str) -> Application:
    """The application this code was mailed for. It works once.

    A wrong code counts against every code this address has under way, and the answer to it is the
    same as to an unknown address.
    """
    typed = "".join(sign for sign in code.upper() if sign.isalnum())
    with transaction.atomic():
        alive = ResumeCode.objects.select_for_update(of=("self",)).filter(
            application__call=call_id,
            application__contact_email__iexact=contact_email,
            used_at__isnull=True,
            expires_at__gt=timezone.now(),
            attempts__lt=ATTEMPTS,
        )
        codes = list(alive.select_related("application").order_by("pk"))
        found = next((one for one in codes if _is(one, typed)), None)
        if found is not None:
            found.used_at = timezone.now()
            found.save(update_fields=["used_at"])
            return found.application
        keys = [one.pk for one in codes]
        ResumeCode.objects.filter(pk__in=keys).update(attempts=F("attempts") + 1)
    # Outside the transaction: the attempt must stay counted.
    raise CodeRefused(
        _(
            "This code is not the one in the mail, or no longer works: it is valid for 30 minutes, "
            "once, and for five attempts. Have another one mailed."
        ),
        field="code",
    )


def _applications(call_id: int, contact_email: str) -> QuerySet[Application]:
    return (
        Application.objects.filter(call_id=call_id, contact_email__iexact=contact_email)
        .select_related("call__participation__region", "call__participation__edition")
        .order_by("pk")
    )


def _is(code: ResumeCode, typed: str) -> bool:
    return constant_time_compare(code.digest, _digest(code.application, typed))


def _digest(application: Application, code: str) -> str:
    """Keyed: who reads the database cannot try all codes against it."""
    value = f"{application.public_id}:{code}"
    return salted_hmac("startups.resume_code", value, algorithm="sha256").hexdigest()
