"""Giving out run sheets as numbered versions, and noting who has read which."""

from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from events.models import Edition
from meetings.models import Person, RunSheetReading, RunSheetVersion
from meetings.run_sheets import mailing
from meetings.run_sheets.comparing import compare
from meetings.run_sheets.lines import as_data, from_data
from meetings.run_sheets.reading import read_one
from meetings.run_sheets.subjects import Subject
from pavilion.core import activity, jobs, outbox
from pavilion.core.access import access_of, ensure_manages
from pavilion.core.errors import DomainError
from pavilion.core.models import Job, User
from pavilion.core.threads import supersede

JOB = "meetings.print_run_sheets"
PACKED = ("delegation", "region")
# As long as what was written for the meetings: a run sheet names people and their telephones.
KEPT = timedelta(days=365)


class NothingToGiveOut(DomainError):
    code = "nothing_to_give_out"


class NoPack(DomainError):
    code = "no_pack"


class NoSuchVersion(DomainError):
    code = "no_such_version"


def give_out_run_sheet(
    *, subject: Subject, by: User | None, note: str = "", tells: bool = False
) -> RunSheetVersion:
    """Keep the run sheet as it is now under the next number. Unchanged, it stays the last version.

    `tells`: those concerned get a mail with what changed since the version they were told of;
    whoever was told of this one gets none.
    """
    ensure_manages(by, subject.region_code)
    with transaction.atomic():
        # Two who give out at once come one after the other.
        type(subject.row).objects.select_for_update(of=("self",)).get(pk=subject.row.pk)
        versions = RunSheetVersion.objects.filter(edition=subject.edition, subject=subject.key)
        last = versions.order_by("-number").first()
        lines = read_one(subject)
        changes = compare(from_data(last.lines) if last else [], lines)
        if last is None and not changes:
            raise NothingToGiveOut(_("Nothing is planned: there is nothing to give out yet."))
        version = last
        if last is None or changes:
            version = RunSheetVersion.objects.create(
                edition=subject.edition,
                subject=subject.key,
                name=subject.name[:250],
                region_code=subject.region_code,
                number=last.number + 1 if last else 1,
                lines=as_data(lines),
                note=note.strip()[:200],
                made_by=by,
            )
            activity.record(
                by=by,
                verb="run_sheet.given_out",
                target=version,
                region_code=subject.region_code,
                reason=version.note,
                after={"number": version.number, "changes": len(changes)},
            )
        if version is None:
            raise RuntimeError("There is a version, made now or before.")
        if tells:
            _tell(subject, version)
    return version


def note_run_sheet_read(
    *, subject: Subject, number: int, user: User | None = None, person: Person | None = None
) -> RunSheetReading:
    """Note that somebody read this version. Safe to repeat; an earlier one than before is no news.

    Whoever opens the link reads as the person, whoever signed in as themselves.
    """
    who = {"person": person} if person else {"user": user}
    of = {"edition": subject.edition, "subject": subject.key}
    with transaction.atomic():
        if not RunSheetVersion.objects.filter(**of, number=number).exists():
            raise NoSuchVersion(
                _("There is no version %(number)d of this run sheet.") % {"number": number}
            )
        reading, is_new = RunSheetReading.objects.select_for_update(of=("self",)).get_or_create(
            **of, **who, defaults={"number": number}
        )
        if not is_new and reading.number < number:
            reading.number, reading.read_at = number, timezone.now()
            reading.save(update_fields=["number", "read_at"])
    return reading


def erase_old_run_sheets(*, today: date) -> int:
    """Forget what was given out for fairs long over, and who had read it; the log says how many.

    Returns how many versions. Safe to call any number of times.
    """
    erased = 0
    for edition in Edition.objects.filter(ends_on__lt=today - KEPT).order_by("pk"):
        with transaction.atomic():
            RunSheetReading.objects.filter(edition=edition).delete()
            count, _by_model = RunSheetVersion.objects.filter(edition=edition).delete()
            if count:
                activity.record(
                    by=None,
                    verb="edition.run_sheets_erased",
                    target=edition,
                    after={"count": count},
                )
        erased += count
    return erased


def ask_print_pack(*, subject: Subject, by: User) -> Job:
    """Promise one PDF with the run sheet of a delegation, or region, and of each of its people."""
    if subject.kind not in PACKED:
        raise NoPack(_("Only a delegation or a region has people whose run sheets make a pack."))
    if not access_of(by).sees_desk(subject.region_code):
        raise PermissionDenied(_("Printing is for the teams’ desks."))
    with transaction.atomic():
        return jobs.promise(
            kind=JOB,
            label=_("Print: all run sheets of %(name)s") % {"name": subject.name},
            by=by,
            arguments={"edition": subject.edition.pk, "subject": subject.key},
            region_code=subject.region_code,
        )


def _tell(subject: Subject, version: RunSheetVersion) -> None:
    """What still waits of an earlier version never leaves: this one says it all."""
    to = mailing.copies(subject)
    before = supersede(copy.thread for copy in to)
    told = {
        thread: int(messages[-1].told.get("number", 0))
        for thread, messages in before.items()
        if messages
    }
    of = {"edition": subject.edition, "subject": subject.key}
    read = dict(
        RunSheetReading.objects.filter(**of, person__isnull=False).values_list("person", "number")
    )
    versions = {each.number: each for each in RunSheetVersion.objects.filter(**of)}
    known: dict[str, RunSheetVersion] = {}
    for copy in to:
        # What they know: what they were told or have read; else the version before.
        number = max(told.get(copy.thread, 0), read.get(copy.person.pk, 0)) or version.number - 1
        if number in versions:
            known[copy.thread] = versions[number]
    news = [copy for copy in to if told.get(copy.thread) != version.number]
    outbox.enqueue_all(mailing.messages(subject, version, news, known))
