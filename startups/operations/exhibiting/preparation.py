"""From selected to exhibitor: what a company signs, declares, sends and checks before the fair.

Everything may be done late: better late than not at all. What is printed or ordered (name and
pitches, technical needs, badges) stays as it is once it was done and its deadline has passed: from
then on the region changes it, or lets the company do so with `reopen_item`. The declaration of aid
and the logo may be replaced until the fair is over: a wrong statement has to be put right.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.files import File
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from pavilion.core import activity, outbox
from pavilion.core.access import ensure_manages
from pavilion.core.errors import DomainError, paris_iso
from pavilion.core.models import User
from startups import charter, checklist, emails, shown
from startups.columns import NEEDS
from startups.dates import moment
from startups.models import (
    Aid,
    AidDeclaration,
    Application,
    CharterSignature,
    ChecklistDeadline,
    ChecklistItem,
    Exhibitor,
)
from startups.operations.applying.states import ensure_acts_for, is_its_company, locked
from startups.operations.exhibiting.notices import note_notice_read
from startups.operations.refusals import ChangedMeanwhile
from startups.shown import Shown
from startups.uploads import files

PITCH_FIELDS = ("display_name", "pitch_fr", "pitch_en", "website", "logo")
NEEDS_FIELDS = NEEDS


class NotExhibiting(DomainError):
    code = "not_exhibiting"


class Frozen(DomainError):
    code = "frozen"


class CharterChanged(DomainError):
    code = "charter_changed"


class AidUnclear(DomainError):
    code = "aid_unclear"


class NotDone(DomainError):
    code = "not_done"


@dataclass(frozen=True)
class AidLine:
    granted_on: date
    authority: str
    amount: Decimal
    purpose: str = ""


def sign_charter(
    *,
    exhibitor_id: int,
    version: int,
    language: str,
    name: str,
    role: str,
    by: User | None = None,
    by_name: str = "",
) -> CharterSignature:
    """Sign this version of the charter. Safe to repeat: the first signature of a version stays.

    `version` and `language` are those of the text the signatory read: another version since is
    refused. The text is kept with the signature, and mailed to the contact.
    """
    with transaction.atomic():
        exhibitor = preparing(exhibitor_id, by)
        call = exhibitor.application.call
        signed = exhibitor.signatures.filter(version=version).first()
        if signed is not None:
            return signed
        if version != call.charter_version:
            raise CharterChanged(
                _(
                    "The region has changed its charter since you opened this page. Read the new "
                    "version below, then sign it."
                ),
                details={"version": call.charter_version},
            )
        text = charter.text(call, language)
        signature = CharterSignature.objects.create(
            exhibitor=exhibitor,
            version=version,
            text=text,
            text_digest=charter.digest(text),
            name=name,
            role=role,
        )
        note(
            exhibitor,
            "exhibitor.charter_signed",
            by=by,
            by_name=by_name,
            after={"version": version, "name": name},
        )
        outbox.enqueue(emails.charter_signed(exhibitor, signature))
    return signature


def declare_aid(
    *,
    exhibitor_id: int,
    name: str,
    has_none: bool = False,
    aids: Iterable[AidLine] = (),
    seen: Shown | None = None,
    by: User | None = None,
    by_name: str = "",
) -> AidDeclaration:
    """State the de minimis aid of the last three years, or that there was none.

    A new statement replaces the former one; the same again changes nothing. Above the ceiling it
    is taken all the same, and the region is told by mail. `seen` is the statement its writer had
    before their eyes, see `shown.aid`: one made since is not replaced.
    """
    lines = sorted(aids, key=lambda line: (line.granted_on, line.authority, line.amount))
    if has_none == bool(lines):
        raise AidUnclear(
            _("Either list the aid received, or state that there was none: not both.")
            if lines
            else _("List the aid received, or state that there was none."),
            field="has_none",
        )
    with transaction.atomic():
        exhibitor = preparing(exhibitor_id, by)
        declaration = AidDeclaration.objects.filter(exhibitor=exhibitor).first()
        known = _lines_of(declaration)
        if declaration and (declaration.has_none, known) == (has_none, lines):
            return declaration
        now = shown.aid(declaration.has_none if declaration else None, known)
        ensure_as_seen(seen, now, shown.aid(has_none, lines))
        was_above = _is_above(exhibitor)
        if declaration is None:
            declaration = AidDeclaration(exhibitor=exhibitor)
        declaration.has_none, declaration.name = has_none, name
        declaration.declared_at = timezone.now()
        declaration.save()
        declaration.aids.all().delete()
        Aid.objects.bulk_create(Aid(declaration=declaration, **vars(line)) for line in lines)
        exhibitor = _fresh(exhibitor)
        note(
            exhibitor,
            "exhibitor.aid_declared",
            by=by,
            by_name=by_name,
            before={"declared": _told(known)} if known else {},
            after={"declared": _told(lines)},
        )
        standing = checklist.standing(exhibitor)
        if standing is not None and standing.is_above and not was_above:
            outbox.enqueue(emails.aid_above(exhibitor, standing))
    return declaration


def send_vector_logo(
    *, exhibitor_id: int, file: "File[Any]", by: User | None = None, by_name: str = ""
) -> Exhibitor:
    """Keep a logo that `files.clean_vector_logo` made; it replaces the former one."""
    with transaction.atomic():
        exhibitor = preparing(exhibitor_id, by)
        files.replace(exhibitor, "vector_logo", file)
        exhibitor.save(update_fields=["vector_logo"])
        note(exhibitor, "exhibitor.logo_sent", by=by, by_name=by_name, after={"file": file.name})
    return exhibitor


def check_pitch(
    *,
    exhibitor_id: int,
    values: Mapping[str, Any],
    seen: Shown | None = None,
    by: User | None = None,
    by_name: str = "",
) -> Exhibitor:
    """Confirm the name on the stand, pitches, website and logo, changed or as they are.

    `values` holds some of PITCH_FIELDS. The directory shows them from then on. What changed since
    its writer saw it (`seen`, see `shown.columns`) is not overwritten.
    """
    return _check(ChecklistItem.PITCH, exhibitor_id, values, PITCH_FIELDS, seen, by, by_name)


def keep_picture(
    *, exhibitor_id: int, file: "File[Any]", by: User | None = None, by_name: str = ""
) -> Exhibitor:
    """Keep the logo of the directory, made by `clean_logo`, whatever else is still to be mended.

    It does not confirm name and pitches.
    """
    with transaction.atomic():
        exhibitor = preparing(exhibitor_id, by, ChecklistItem.PITCH)
        before, after = _assign(exhibitor.application, {"logo": file})
        exhibitor.application.save(update_fields=["logo", "updated_at"])
        note(
            exhibitor,
            "exhibitor.picture_sent",
            by=by,
            by_name=by_name,
            before=before,
            after=after,
        )
    return exhibitor


def confirm_needs(
    *,
    exhibitor_id: int,
    values: Mapping[str, Any],
    seen: Shown | None = None,
    by: User | None = None,
    by_name: str = "",
) -> Exhibitor:
    """Confirm the technical needs, changed or as they are. `values`: some of NEEDS_FIELDS.

    What changed since its writer saw it (`seen`) is not overwritten.
    """
    return _check(ChecklistItem.NEEDS, exhibitor_id, values, NEEDS_FIELDS, seen, by, by_name)


def reopen_item(*, exhibitor_id: int, item: str, by: User | None, reason: str = "") -> Exhibitor:
    """Let the company change once more what its deadline has closed. Safe to repeat."""
    if item not in checklist.FROZEN_WHEN_DONE:
        raise NotDone(_("This one is never closed: the company can change it."), field="item")
    field = f"{item}_checked_at"
    with transaction.atomic():
        exhibitor = preparing(exhibitor_id, by)
        ensure_manages(by, exhibitor.region_code)
        before = getattr(exhibitor, field)
        if before is None:
            return exhibitor
        setattr(exhibitor, field, None)
        exhibitor.save(update_fields=[field])
        note(
            exhibitor,
            "exhibitor.item_reopened",
            by=by,
            reason=reason,
            after={"item": str(ChecklistItem(item))},
        )
    return exhibitor


# --- What all of them share -----------------------------------------------------------------------


def preparing(exhibitor_id: int, by: User | None, item: str = "") -> Exhibitor:
    """The exhibitor, locked after its application, for who may prepare it; refuses what is over."""
    known = Exhibitor.objects.only("application").get(pk=exhibitor_id)
    application = locked(known.application_id)
    ensure_acts_for(by, application)
    exhibitor = (
        Exhibitor.objects.select_for_update(of=("self",), no_key=True)
        .select_related("participation__edition", "participation__region")
        .get(pk=exhibitor_id)
    )
    exhibitor.application = application
    is_here = exhibitor.left_at is None and application.status == Application.Status.CONFIRMED
    is_over = exhibitor.participation.edition.ends_on < timezone.localdate()
    if not is_here or (is_over and is_its_company(by, application)):
        raise NotExhibiting(
            _("%(company)s is no longer preparing for %(edition)s: nothing can be changed here.")
            % {"company": application, "edition": exhibitor.participation.edition},
            details={"status": str(application.status)},
        )
    if item and is_its_company(by, application):
        _ensure_not_frozen(exhibitor, item)
    if is_its_company(by, application):
        note_notice_read(application)
    return exhibitor


def note(exhibitor: Exhibitor, verb: str, **entry: Any) -> None:
    activity.record(verb=verb, target=exhibitor, region_code=exhibitor.region_code, **entry)


def ensure_as_seen(seen: Shown | None, now: Shown, wanted: Shown) -> None:
    """Refuse to write over what its writer has not seen; without `seen` their word replaces it."""
    if changed := shown.changed(seen, now, wanted):
        raise ChangedMeanwhile(
            _(
                "This was changed while your page was open, in another window or by the region. "
                "Nothing was overwritten: compare both versions, then save again."
            ),
            details={"changed": changed},
        )


def _ensure_not_frozen(exhibitor: Exhibitor, item: str) -> None:
    if getattr(exhibitor, f"{item}_checked_at") is None:
        return
    call = exhibitor.application.call
    deadline = ChecklistDeadline.objects.filter(call=call, item=item).first()
    if deadline is not None and timezone.now() > deadline.due_at:
        raise Frozen(
            _("This was closed on %(deadline)s. To have it changed, write to %(contact)s.")
            % {"deadline": moment(deadline.due_at), "contact": call.contact_email},
            details={"due_at": paris_iso(deadline.due_at)},
        )


def _check(
    item: ChecklistItem,
    exhibitor_id: int,
    values: Mapping[str, Any],
    fields: tuple[str, ...],
    seen: Shown | None,
    by: User | None,
    by_name: str,
) -> Exhibitor:
    if unknown := set(values) - set(fields):
        raise ValueError(f"Not part of this item: {', '.join(sorted(unknown))}")
    with transaction.atomic():
        exhibitor = preparing(exhibitor_id, by, item)
        now = {name: getattr(exhibitor.application, name) for name in values}
        ensure_as_seen(seen, shown.columns(now), shown.columns(values))
        before, after = _assign(exhibitor.application, values)
        if after:
            exhibitor.application.save(update_fields=[*after, "updated_at"])
        is_first = getattr(exhibitor, f"{item}_checked_at") is None
        if not (after or is_first):
            return exhibitor
        setattr(exhibitor, f"{item}_checked_at", timezone.now())
        exhibitor.save(update_fields=[f"{item}_checked_at"])
        note(
            exhibitor,
            f"exhibitor.{item}_checked",
            by=by,
            by_name=by_name,
            before=before,
            after=after,
        )
    return exhibitor


def _assign(row: Model, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for name, value in values.items():
        known = getattr(row, name)
        if known == value or (not known and not value and name == "logo"):
            continue
        if name == "logo":
            before[name], after[name] = bool(known), bool(value)
            files.replace(row, name, value)
        else:
            before[name], after[name] = known, value
            setattr(row, name, value)
    return before, after


def _lines_of(declaration: AidDeclaration | None) -> list[AidLine]:
    if declaration is None:
        return []
    rows = declaration.aids.order_by("granted_on", "authority", "amount")
    return [AidLine(row.granted_on, row.authority, row.amount, row.purpose) for row in rows]


def _is_above(exhibitor: Exhibitor) -> bool:
    standing = checklist.standing(exhibitor)
    return standing is not None and standing.is_above


def _fresh(exhibitor: Exhibitor) -> Exhibitor:
    """Without what was loaded before the change."""
    return Exhibitor.objects.select_related(
        "application__call__participation__region",
        "application__call__participation__edition",
        "participation__edition",
    ).get(pk=exhibitor.pk)


def _told(lines: Iterable[AidLine]) -> str:
    total = sum((line.amount for line in lines), start=Decimal(0))
    return f"{total:.2f}"
