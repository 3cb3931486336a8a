"""What the public companies register says of an applicant; never in the way of an application."""

import time
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from pavilion.core import activity
from pavilion.core.access import ensure_manages
from pavilion.core.errors import DomainError
from pavilion.core.models import User
from startups.models import Application
from startups.operations.applying.states import Status, locked
from startups.register import client as registry
from startups.register.answer import Company

Check = Application.CompanyCheck

# What the register can fill in; where it says nothing, or something is typed, nothing changes.
FILLED = ("legal_name", "address", "postcode", "city", "founded_on")
# Enough for somebody who corrects a number again and again, too few to read the register by us.
LOOK_UPS_PER_HOUR = 40
# Asked again so soon, but never the same company twice while others wait.
AGAIN_AFTER = timedelta(minutes=10)
# A minute task ends before the next begins.
SECONDS_PER_RUN = 45
AT_MOST_PER_RUN = 200


class RegisterOff(DomainError):
    code = "register_off"


class SiretMissing(DomainError):
    code = "siret_missing"


@dataclass(frozen=True)
class LookUp:
    """What came of a question: a `CompanyCheck`, and the company where it was found."""

    check: Application.CompanyCheck
    company: Company | None = None


def look_up_company(*, application_id: int, siret: str) -> LookUp:
    """What the register says of a number that is being typed, for its author to accept or not.

    Writes none of it; the check itself is noted where this number is the saved one.
    """
    key = f"look-ups.{application_id}"
    cache.add(key, 0, 3600)
    try:
        count = cache.incr(key)
    except ValueError:  # forgotten in the same moment
        count = 1
    if count > LOOK_UPS_PER_HOUR:
        return LookUp(Check.PENDING)
    found = _ask(siret)
    _note(application_id, siret, found, by=None)
    return found


def check_company(*, application_id: int, by: User | None = None) -> Application:
    """Ask about the saved number and note the answer; without one, it is asked again later.

    Fills what a submission left empty. A draft is filled by its page only, under its author's
    eyes. Asking again changes nothing but the date, unless the register changed its mind.
    """
    application = Application.objects.select_related("call__participation").get(pk=application_id)
    ensure_manages(by, application.region_code)
    if not registry.is_on():
        raise RegisterOff(_("This server does not ask the companies register."))
    if not application.siret:
        raise SiretMissing(_("This application has no SIRET number."), field="siret")
    # The network first, the lock after it: nobody waits for a register behind a row.
    return _note(application_id, application.siret, _ask(application.siret), by=by)


def check_companies() -> int:
    """Ask about every submission that has no answer yet, oldest question first; how many got one.

    Stops at the first sign that the register does not answer.
    """
    if not registry.is_on():
        return 0
    until = time.monotonic() + SECONDS_PER_RUN
    now = timezone.now()
    open_ones = (
        Application.objects.filter(
            Q(company_check=Check.PENDING) | Q(company_check="", submitted_at__isnull=False)
        )
        .filter(Q(company_checked_at__isnull=True) | Q(company_checked_at__lte=now - AGAIN_AFTER))
        .exclude(siret="")
        .exclude(status=Status.WITHDRAWN)
        .filter(call__participation__edition__ends_on__gte=timezone.localdate())
        .order_by(F("company_checked_at").asc(nulls_first=True), "submitted_at", "pk")
    )
    answered = 0
    for pk, siret in open_ones.values_list("pk", "siret")[:AT_MOST_PER_RUN]:
        if time.monotonic() > until:
            break
        try:
            found = _asked(siret)
        except registry.Nonsense:
            found = LookUp(Check.PENDING)
        except registry.Unavailable:
            break
        _note(pk, siret, found, by=None)
        answered += found.check != Check.PENDING
    return answered


def _ask(siret: str) -> LookUp:
    try:
        return _asked(siret)
    except registry.Unavailable:
        return LookUp(Check.PENDING)


def _asked(siret: str) -> LookUp:
    try:
        company = registry.find(siret)
    except registry.NotKnown:
        return LookUp(Check.UNKNOWN)
    return LookUp(Check.FOUND if company.is_active else Check.CLOSED, company)


def _note(application_id: int, siret: str, found: LookUp, *, by: User | None) -> Application:
    with transaction.atomic():
        application = locked(application_id)
        has_answer = application.company_check not in {"", Check.PENDING}
        if application.siret != siret or application.anonymised_at is not None:
            return application
        if found.check == Check.PENDING and has_answer:
            return application  # the former answer is worth more than none
        before, after = _apply(application, found)
        application.company_checked_at = timezone.now()
        application.company_record = _record(siret, found.company)
        columns = {*after, "company_checked_at", "company_record"}
        if columns.intersection(FILLED):
            columns.add("updated_at")
        # Without a new `updated_at` where nothing typed changed: its author may be writing.
        application.save(update_fields=columns)
        if after and application.submitted_at is not None:
            activity.record(
                by=by,
                by_name="" if by else _("the companies register"),
                verb="application.company_checked",
                target=application,
                region_code=application.region_code,
                before=before,
                after=after,
            )
    return application


def _apply(application: Application, found: LookUp) -> tuple[dict[str, Any], dict[str, Any]]:
    """Set the check and whatever is empty; what was and what is."""
    values: dict[str, Any] = {"company_check": found.check}
    if company := found.company:
        if not application.naf_code:
            values |= {"naf_code": company.naf_code, "naf_version": company.naf_version}
        if application.status not in {Status.DRAFT, Status.WITHDRAWN}:
            empty = [name for name in FILLED if not getattr(application, name)]
            values |= {name: getattr(company, name) for name in empty if getattr(company, name)}
    before = {name: getattr(application, name) for name in values}
    after = {name: value for name, value in values.items() if value != before[name]}
    for name, value in after.items():
        setattr(application, name, value)
    return {name: before[name] for name in after}, after


def _record(siret: str, company: Company | None) -> dict[str, Any]:
    """What is kept of the answer: facts about the company, as the register had them that day."""
    if company is None:
        return {"siret": siret}
    encoder = DjangoJSONEncoder()
    return {
        name: encoder.default(value) if name == "founded_on" and value else value
        for name, value in asdict(company).items()
    }
