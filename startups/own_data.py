"""Everything kept about an application, for its company: what they wrote, sent, were told, did.

What a jury thought, what a team noted or prepares, and what concerns other companies is not theirs
and is never read here: each part names what it takes, nothing is taken wholesale.
"""

import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models.fields.files import FieldFile
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pavilion.core.logs import redact
from pavilion.core.models import ActivityEntry, OutboxMessage
from startups import answers, checklist, summary
from startups.columns import NEEDS
from startups.dates import moment
from startups.models import Answer, Application, CharterSignature, Exhibitor
from startups.progress import SHOWN_AS
from startups.uploads import files

Status = Application.Status

COLUMNS = (
    *("legal_name", "display_name", "siret", "siren", "founded_on", "headcount_band", "revenue"),
    *("address", "postcode", "city", "department", "naf_code", "naf_version"),
    *("founders", "women_founders", "has_exhibited", "theme_id", "trl"),
    *("pitch_fr", "pitch_en", "website"),
    *NEEDS,
)
CONTACT = ("contact_name", "contact_role", "contact_email", "contact_phone", "language")
MOMENTS = (
    *("created_at", "updated_at", "submitted_at", "decided_at", "confirm_by", "lapsed_at"),
    *("correction_due_at", "commitments_at"),
)
# Decisions whose reason the company was told.
EXPLAINED = frozenset({Status.INCOMPLETE, Status.SELECTED, Status.WAITLISTED, Status.REJECTED})
# What a company knows of what happened; the rest is the team's own work.
TOLD = {
    "application.started": gettext_lazy("Application begun"),
    "application.imported": gettext_lazy("Brought in from the region’s list"),
    "application.company_checked": gettext_lazy("Looked up in the companies register"),
    "application.submitted": gettext_lazy("Application submitted"),
    "application.changed": gettext_lazy("Application changed"),
    "application.correction_requested": gettext_lazy("Correction requested"),
    "application.correction_extended": gettext_lazy("More time to correct"),
    "application.selected": gettext_lazy("Selected"),
    "application.promoted": gettext_lazy("Selected from the waiting list"),
    "application.waitlisted": gettext_lazy("Put on the waiting list"),
    "application.rejected": gettext_lazy("Not selected"),
    "application.confirmed": gettext_lazy("Place confirmed"),
    "application.declined": gettext_lazy("Place declined"),
    "application.lapsed": gettext_lazy("Offer lapsed"),
    "application.withdrawn": gettext_lazy("Application withdrawn"),
    "application.reopened": gettext_lazy("Application taken up again"),
    "application.no_show": gettext_lazy("Did not come"),
    "application.link_renewed": gettext_lazy("Private link replaced"),
    "exhibitor.charter_signed": gettext_lazy("Charter signed"),
    "exhibitor.aid_declared": gettext_lazy("De minimis aid declared"),
    "exhibitor.logo_sent": gettext_lazy("Logo in vector form sent"),
    "exhibitor.pitch_checked": gettext_lazy("Name and pitches confirmed"),
    "exhibitor.needs_checked": gettext_lazy("Technical needs confirmed"),
    "exhibitor.badges_named": gettext_lazy("People to badge named"),
    "exhibitor.questions_answered": gettext_lazy("Region’s questions answered"),
    "exhibitor.item_reopened": gettext_lazy("Opened again for changes"),
}
# Their mails quote the reason.
QUOTED = frozenset(
    {
        "application.correction_requested",
        "application.selected",
        "application.promoted",
        "application.waitlisted",
        "application.rejected",
    }
)


@dataclass(frozen=True)
class Sent:
    """A file of theirs, under the name it has in the archive."""

    name: str
    file: FieldFile


def write_archive(application: Application, out: IO[bytes]) -> None:
    """dossier.json for machines, dossier.html for people, and the files they sent."""
    with translation.override(application.language):
        sent = list(_files(application))
        data = dossier(application, sent)
        page = render_to_string(
            "startups/own_data.html",
            {
                "application": application,
                "call": application.call,
                "data": data,
                "lines": summary.lines(application),
                "made": moment(timezone.now()),
                "privacy_url": data["privacy"]["notice_url"],
            },
        )
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
        archive.writestr("dossier.json", text + "\n")
        archive.writestr("dossier.html", page)
        for each in sent:
            with each.file.open("rb") as content:
                archive.writestr(f"fichiers/{each.name}", content.read())


def dossier(application: Application, sent: Iterable[Sent] = ()) -> dict[str, Any]:
    """The same as plain values, ready for JSON."""
    call = application.call
    exhibitor = _exhibitor(application)
    return {
        "format": "pavilion-dossier",
        "version": 1,
        "made_at": timezone.localtime(),
        "reference": summary.reference(application),
        "edition": str(call.edition),
        "region": str(call.participation.region),
        "contact_of_the_region": call.contact_email,
        "status": _status(application),
        "company": {name.removesuffix("_id"): getattr(application, name) for name in COLUMNS},
        "contact": {name: getattr(application, name) for name in CONTACT},
        "half_days_wished": [
            str(each)
            for each in application.wanted_half_days.select_related("day").order_by("starts_at")
        ],
        "answers": list(_answers(application)),
        "not_yet_valid": application.typed,
        "companies_register": {
            "result": application.company_check,
            "checked_at": application.company_checked_at,
            "entry": application.company_record,
        },
        "late_entry_code": application.late_code.code if application.late_code else "",
        "privacy": {
            "notice_version": application.privacy_notice_version,
            "read_at": application.privacy_notice_at,
            "notice_url": f"{settings.BASE_URL}{reverse('core:privacy')}",
        },
        "exhibitor": _preparation(exhibitor) if exhibitor else None,
        "history": list(_history(application, exhibitor)),
        "mails": list(_mails(application)),
        "files": [f"fichiers/{each.name}" for each in sent],
    }


def _status(application: Application) -> dict[str, Any]:
    status = SHOWN_AS.get(Status(application.status), Status(application.status))
    return {
        "code": status.value,
        "name": str(status.label),
        "reason": application.decision_reason if status in EXPLAINED else "",
        "rank_on_the_waiting_list": _place(application),
        **{name: getattr(application, name) for name in MOMENTS},
    }


def _place(application: Application) -> int | None:
    """In the queue: the rank kept for it may have holes before it."""
    if application.waiting_rank is None:
        return None
    return Application.objects.ahead_of(application).count() + 1


def _answers(application: Application) -> Iterator[dict[str, Any]]:
    for answer in _given(application):
        value = answers.value_of(answer)
        yield {
            "key": answer.question.key,
            "question": str(answer.question),
            "answer": value,
            "in_words": answers.in_words(answer.question, value),
            "changed_at": answer.updated_at,
        }


def _given(application: Application) -> Iterable[Answer]:
    rows = application.answers.select_related("question")
    return rows.order_by("question__position", "question__pk")


def _exhibitor(application: Application) -> Exhibitor | None:
    return (
        Exhibitor.objects.select_related("application__call", "participation__edition")
        .prefetch_related(*checklist.PREFETCH)
        .filter(application=application)
        .first()
    )


def _preparation(exhibitor: Exhibitor) -> dict[str, Any]:
    declaration = getattr(exhibitor, "aid_declaration", None)
    # Not those of the checklist, which come without their text.
    signatures = CharterSignature.objects.filter(exhibitor=exhibitor)
    return {
        "confirmed_at": exhibitor.confirmed_at,
        "left_at": exhibitor.left_at,
        "public_page": f"{settings.BASE_URL}{exhibitor.get_absolute_url()}",
        "checklist": [
            {
                "item": item.key,
                "name": item.label,
                "due_at": item.due_at,
                "is_done": item.is_done,
                "detail": item.detail,
            }
            for item in checklist.items(exhibitor)
        ],
        "charter": [
            {
                "version": signature.version,
                "name": signature.name,
                "function": signature.role,
                "signed_at": signature.signed_at,
                "text": signature.text,
                "sha256": signature.text_digest,
            }
            for signature in signatures.order_by("version")
        ],
        "de_minimis": declaration
        and {
            "declared_by": declaration.name,
            "declared_at": declaration.declared_at,
            "has_none": declaration.has_none,
            "aids": [
                {
                    "granted_on": each.granted_on,
                    "authority": each.authority,
                    "purpose": each.purpose,
                    "amount": each.amount,
                }
                for each in declaration.aids.order_by("granted_on", "pk")
            ],
        },
        "badges": [
            {
                "first_name": badge.first_name,
                "last_name": badge.last_name,
                "function": badge.role,
                "email": badge.email,
                "days": sorted(day.date for day in badge.days.all()),
                "named_at": badge.created_at,
                "informed_at": badge.informed_at,
            }
            for badge in exhibitor.badges.prefetch_related("days").order_by("created_at", "pk")
        ],
        "half_days_given": [
            {"half_day": str(each.half_day), "stand": each.stand.number}
            for each in exhibitor.published_allocations.select_related(
                "half_day", "stand"
            ).order_by("half_day__starts_at")
        ],
    }


def _history(application: Application, exhibitor: Exhibitor | None) -> Iterator[dict[str, Any]]:
    entries = ActivityEntry.objects.about(application)
    if exhibitor is not None:
        entries = entries | ActivityEntry.objects.about(exhibitor)
    entries = entries.filter(verb__in=TOLD).select_related("by")
    for entry in entries.order_by("at", "pk"):
        is_company = _is_company(entry, application)
        # Why a team acted is told where its mail quoted it; their own words are theirs.
        is_told = is_company or entry.verb in QUOTED
        yield {
            "at": entry.at,
            "code": entry.verb,
            "what": str(TOLD[entry.verb]),
            "by": _who(entry, is_company=is_company),
            "reason": entry.reason if is_told else "",
        }


def _is_company(entry: ActivityEntry, application: Application) -> bool:
    if entry.by is not None:
        return bool(entry.by.email.lower() == application.contact_email.lower())
    return bool(entry.by_name)


def _who(entry: ActivityEntry, *, is_company: bool) -> str:
    """Which side acted: an organiser's name is not the company's to carry away."""
    if is_company:
        return _("the company")
    return _("the region") if entry.by else _("the service")


def _mails(application: Application) -> Iterator[dict[str, Any]]:
    """Each of them carries the private link, of this application and of no other."""
    messages = OutboxMessage.objects.filter(
        kind__startswith="startups.",
        body__contains=application.public_id,
        state__in=[OutboxMessage.State.SENT, OutboxMessage.State.QUEUED],
    )
    for message in messages.order_by("created_at", "pk"):
        yield {
            "written_at": message.created_at,
            "sent_at": message.sent_at,
            "to": message.recipient,
            "subject": message.subject,
            "text": redact(message.body),
        }


def _files(application: Application) -> Iterator[Sent]:
    """Those that are still there; each under a name of its own."""
    found: list[tuple[str, FieldFile]] = [("logo.png", application.logo)]
    exhibitor = Exhibitor.objects.filter(application=application).first()
    if exhibitor is not None and exhibitor.vector_logo:
        suffix = (exhibitor.vector_logo.name or "").rsplit(".", 1)[-1]
        found.append((f"logo-vectoriel.{suffix}", exhibitor.vector_logo))
    for answer in _given(application):
        suffix = (answer.file.name or "").rsplit(".", 1)[-1]
        name = files.safe_name(answer.file_name, suffix)
        found.append((f"{answer.question.key}-{name}", answer.file))
    for name, file in found:
        if file and file.storage.exists(str(file.name)):
            yield Sent(name, file)
