"""What workers do at length for the delegation's organisers."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone
from django.utils.translation import ngettext

from events.models import Edition
from meetings.models import Person, RunSheetVersion
from meetings.operations.run_sheets import JOB
from meetings.run_sheets import subjects
from meetings.run_sheets.desk import last_versions
from meetings.run_sheets.printing import PATH, file_name, values_of
from meetings.run_sheets.reading import read
from meetings.run_sheets.sheet import Sheet, sheet_of
from meetings.run_sheets.subjects import Subject
from pavilion.core import jobs
from pavilion.core.models import Job


@jobs.register(JOB)
def print_run_sheets(job: Job, progress: jobs.Progress) -> Mapping[str, Any]:
    """The delegation's own first, then everybody's who has something planned."""
    if job.by is None:
        raise PermissionDenied
    edition = Edition.objects.get(pk=job.arguments["edition"])
    subject = subjects.of_key(job.arguments["subject"], edition, job.by)
    if subject is None:
        raise Http404
    people = subjects.as_subjects("person", _people(subject), edition)
    progress.begin(len(people) + 1)
    now = job.started_at or timezone.now()
    sheets = [*_sheets([subject], now), *_sheets(people, now)]
    shown = [sheets[0], *(sheet for sheet in sheets[1:] if not sheet.is_empty)]
    # Only here: whatever knows the kinds of jobs, the web server too, does without its weight.
    typesetting = import_module("pavilion.core.printing.typesetting")
    progress.keep(file_name(shown[0]), typesetting.typeset(PATH, values_of(shown), {}, now))
    progress.advance(len(people) + 1)
    sentence = ngettext(
        "The file is ready: %(count)d run sheet.",
        "The file is ready: %(count)d run sheets.",
        len(shown),
    )
    return {"sentence": sentence % {"count": len(shown)}, "count": len(shown)}


def _people(subject: Subject) -> list[Person]:
    people = Person.objects.select_related("region").order_by("last_name", "first_name", "pk")
    if subject.kind == "delegation":
        return list(people.filter(delegate_of__delegation=subject.row))
    return list(people.filter(region=subject.row.region))


def _sheets(wanted: list[Subject], now: Any) -> list[Sheet]:
    lines = read(wanted).lines
    last: Mapping[str, RunSheetVersion] = last_versions(wanted)
    return [
        sheet_of(subject, lines[subject.key], last=last.get(subject.key), now=now)
        for subject in wanted
    ]
