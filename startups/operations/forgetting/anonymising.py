"""Take people and company out of an application; what remains counts and tells of nobody."""

import json
from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.db.models.fields.files import FieldFile
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from pavilion.core import activity
from pavilion.core.access import ensure_manages
from pavilion.core.errors import DomainError
from pavilion.core.models import ActivityEntry, OutboxMessage, User
from startups.models import (
    Aid,
    AidDeclaration,
    Answer,
    Application,
    Badge,
    CharterSignature,
    Chaser,
    Decision,
    Exhibitor,
    ResumeCode,
    Review,
    SheetImport,
)
from startups.operations.applying.states import Status, locked
from startups.operations.forgetting.anonymising_floor import (
    MAILS,
    NOTHING,
    SHORTEST_NAME,
    Names,
    forget_beside,
    forget_on_the_floor,
)
from startups.uploads import files

# What an anonymised application loses. It keeps status, dates, theme, département, year of
# foundation, headcount, TRL, numbers of founders and the means of its scores.
EMPTIED: dict[str, Any] = {
    **dict.fromkeys(("legal_name", "display_name", "siret", "siren"), ""),
    **dict.fromkeys(("address", "city", "postcode"), ""),
    **dict.fromkeys(("naf_code", "naf_version", "pitch_fr", "pitch_en", "website"), ""),
    **dict.fromkeys(("contact_name", "contact_role", "contact_email", "contact_phone"), ""),
    **dict.fromkeys(("technical_notes", "wifi_network", "decision_reason", "company_check"), ""),
    **dict.fromkeys(("revenue", "power_watts", "heavy_load", "company_checked_at"), None),
    # It may tell of somebody's health.
    "needs_accessible_stand": False,
    "company_record": {},
    "typed": {},
}
# Of the log stays what happened and when; of its values only these.
KEPT_IN_LOG = frozenset({"status", "waiting_rank"})
BADGE_NOTICE = "startups.badge_notice"
# An application in one of these still awaits something.
UNSETTLED = frozenset(
    {
        *(Status.SUBMITTED, Status.INCOMPLETE, Status.ELIGIBLE),
        *(Status.SELECTED, Status.WAITLISTED, Status.CONFIRMED),
    }
)


class StillExhibiting(DomainError):
    code = "still_exhibiting"


class StillUnderWay(DomainError):
    code = "still_under_way"


def anonymise_application(
    *, application_id: int, by: User | None = None, reason: str = ""
) -> Application:
    """Remove whatever tells who it was: for good, files and mails included. Safe to call twice.

    Its place in the statistics stays, and an exhibitor's half-days, under no name. Refused while
    the company has coming half-days, or its application still awaits something.
    """
    with transaction.atomic():
        application = locked(application_id)
        ensure_manages(by, application.region_code)
        if application.anonymised_at is not None:
            return application
        _ensure_over(application)
        forget_words_about(application)
        _empty_exhibitor(application)
        _empty_jury(application)
        forget_files(application)
        _empty_imports(application, siret=application.siret, address=application.contact_email)
        Answer.objects.filter(application=application).delete()
        Chaser.objects.filter(application=application).delete()
        ResumeCode.objects.filter(application=application).delete()
        application.wanted_half_days.clear()
        for name, value in EMPTIED.items():
            setattr(application, name, value)
        if application.founded_on is not None:
            application.founded_on = application.founded_on.replace(month=1, day=1)
        if application.late_code is not None and application.late_code.note:
            application.late_code.note = ""
            application.late_code.save(update_fields=["note"])
        application.link_version += 1
        application.anonymised_at = timezone.now()
        application.save()
        forget_beside(application)
        activity.record(
            by=by,
            verb="application.anonymised",
            target=application,
            region_code=application.region_code,
            reason=reason,
        )
    return application


def _ensure_over(application: Application) -> None:
    now = timezone.now()
    exhibitor = Exhibitor.objects.filter(application=application).first()
    if exhibitor and exhibitor.allocations.filter(half_day__ends_at__gt=now).exists():
        raise StillExhibiting(
            _("%(company)s still has coming half-days on the pavilion: free them first.")
            % {"company": application}
        )
    is_coming = application.call.edition.ends_on >= timezone.localdate(now)
    if is_coming and application.status in UNSETTLED:
        raise StillUnderWay(
            _("The application of %(company)s is under way: withdraw it or turn it down first.")
            % {"company": application},
            details={"status": str(application.status)},
        )


def forget_words_about(application: Application) -> None:
    """Empty what the log and the outbox say of it: first, while its addresses are still known."""
    entries = list(ActivityEntry.objects.filter(_about(application)))
    names = Names.of(application, entries)
    addresses = {application.contact_email.lower()}
    for entry in entries:
        for values in (entry.before, entry.after):
            addresses.add(str(values.get("contact_email") or "").lower())
        entry.by_name, entry.target_label, entry.reason = "", NOTHING, ""
        entry.before = {name: entry.before[name] for name in KEPT_IN_LOG & set(entry.before)}
        entry.after = {name: entry.after[name] for name in KEPT_IN_LOG & set(entry.after)}
    fields = ["by_name", "target_label", "reason", "before", "after"]
    ActivityEntry.objects.bulk_update(entries, fields, batch_size=200)
    forget_on_the_floor(application, names)
    badges = Badge.objects.filter(exhibitor__application=application)
    badged = {address.lower() for address in badges.values_list("email", flat=True)}
    _empty_mails(application, addresses - {""}, badged - {""}, names)


def _about(application: Application) -> Q:
    """Entries of the application and of everything that hangs on it."""
    targets: list[tuple[type[Model], Iterable[int]]] = [
        (Application, [application.pk]),
        (Exhibitor, _keys(Exhibitor, application=application)),
        (Answer, _keys(Answer, application=application)),
        (Decision, _keys(Decision, application=application)),
        (Review, _keys(Review, application=application)),
        (Badge, _keys(Badge, exhibitor__application=application)),
    ]
    about = Q()
    for model, keys in targets:
        kind = ContentType.objects.get_for_model(model)
        about |= Q(target_type=kind, target_id__in=[str(key) for key in keys])
    return about


def _keys(model: Any, **of: Any) -> list[int]:
    return list(model.objects.filter(**of).values_list("pk", flat=True))


def _empty_mails(
    application: Application, addresses: set[str], badged: set[str], names: Names
) -> None:
    """Mails to its people; to somebody who has other applications, those that name this one."""
    others = Application.objects.exclude(pk=application.pk).annotate(mailbox=Lower("contact_email"))
    shared = set(others.filter(mailbox__in=addresses).values_list("mailbox", flat=True))
    mails = OutboxMessage.objects.filter(
        kind__startswith="startups.", created_at__gte=application.created_at
    ).annotate(mailbox=Lower("recipient"))
    of_its_own = Q(mailbox__in=(addresses | badged) - shared)
    named = Q(mailbox__in=shared, body__contains=application.public_id)
    found = mails.filter(
        of_its_own
        | named
        | _told_to_its_region(application)
        | _told_to_its_people(application)
        | _told_to_its_neighbours(application, names)
    )
    waiting = [OutboxMessage.State.HELD, OutboxMessage.State.QUEUED]
    found.filter(state__in=waiting).update(state=OutboxMessage.State.DROPPED)
    empty_mails(found)


def _told_to_its_region(application: Application) -> Q:
    """By the name it went by, until its edition was over."""
    name = str(application)
    if len(name) < SHORTEST_NAME:
        return Q(pk__in=[])
    last = application.call.edition.ends_on
    return Q(
        region_code=application.region_code, subject__contains=name, created_at__date__lte=last
    )


def _told_to_its_people(application: Application) -> Q:
    """Notices to people named for a badge: also to those who were taken off the list since."""
    name = str(application)
    if len(name) < SHORTEST_NAME:
        return Q(pk__in=[])
    return Q(kind=BADGE_NOTICE, region_code=application.region_code, body__contains=name)


def _told_to_its_neighbours(application: Application, names: Names) -> Q:
    """Of swaps, places and hand-overs, to the other exhibitors of its edition."""
    last = application.call.edition.ends_on
    return (
        MAILS
        & names.found_in("subject", "body")
        & Q(region_code=application.region_code, created_at__date__lte=last)
    )


def empty_mails(mails: QuerySet[OutboxMessage]) -> None:
    """That a mail of this kind left that day is all that remains of it."""
    keys = list(mails.values_list("pk", flat=True))
    OutboxMessage.objects.filter(pk__in=keys).update(
        recipient="",
        recipient_name="",
        domain="",
        subject=NOTHING,
        body="",
        html="",
        told={},
        last_error="",
    )


def _empty_exhibitor(application: Application) -> None:
    exhibitor = Exhibitor.objects.filter(application=application).first()
    if exhibitor is None:
        return
    Badge.objects.filter(exhibitor=exhibitor).delete()
    Aid.objects.filter(declaration__exhibitor=exhibitor).delete()
    AidDeclaration.objects.filter(exhibitor=exhibitor).update(name="")
    CharterSignature.objects.filter(exhibitor=exhibitor).update(name="", role="")
    exhibitor.slug = f"anonyme-{exhibitor.pk}"
    exhibitor.save(update_fields=["slug"])


def _empty_jury(application: Application) -> None:
    Review.objects.filter(application=application).update(comment="", recusal_reason="")
    Decision.objects.filter(application=application).update(reason="", note="")


def _empty_imports(application: Application, *, siret: str, address: str) -> None:
    """The lists that brought it in, kept a few days for whoever mends their rows: named, erased.

    The report is searched as text: its rows say who would change.
    """
    words = {str(application), siret, address} - {""}
    for sheet in SheetImport.objects.filter(call=application.call_id).exclude(report={}):
        told = json.dumps(sheet.report, ensure_ascii=False)
        if any(word in told for word in words):
            files.delete_on_commit(sheet.file)
            files.delete_on_commit(sheet.refused)
            SheetImport.objects.filter(pk=sheet.pk).update(
                file="", refused="", report={}, erased_at=timezone.now()
            )


def forget_files(application: Application) -> None:
    """Every file of it, off the disk once this is committed."""
    held: list[FieldFile] = [application.logo]
    held += [answer.file for answer in Answer.objects.filter(application=application)]
    held += [each.vector_logo for each in Exhibitor.objects.filter(application=application)]
    for file in held:
        files.delete_on_commit(file)
    application.logo = ""
    Exhibitor.objects.filter(application=application).update(vector_logo="")
