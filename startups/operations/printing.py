"""Asking for what is printed of the stands: a worker sets it, whoever asked fetches the file."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from events.models import Edition
from pavilion.core import jobs
from pavilion.core.access import access_of
from pavilion.core.errors import DomainError
from pavilion.core.models import Job, User
from startups.printing.document import Document, document_of
from startups.printing.wanted import Sheet, Wanted

JOB = "startups.print_stands"


class NothingToPrint(DomainError):
    code = "nothing_to_print"


def ask_print(*, wanted: Wanted, by: User) -> Job:
    """Promise the document to whoever works at a desk: the plan being made is the teams' own."""
    _ensure_desk(by)
    edition = Edition.objects.visible_to(by).get(pk=wanted.edition)
    with transaction.atomic():
        return jobs.promise(
            kind=JOB,
            label=_("Print: %(sheet)s, %(edition)s")
            % {"sheet": Sheet(wanted.sheet).label, "edition": edition},
            by=by,
            arguments=wanted.arguments,
            region_code=wanted.region if wanted.region in access_of(by).desk_codes else "",
        )


def document_for(*, wanted: Wanted, by: User | None) -> Document:
    """What is to be set, as the plan is now. Refused when there is nothing on it."""
    if by is None:
        raise PermissionDenied
    _ensure_desk(by)
    document = document_of(wanted, by, localtime())
    if not document.count:
        raise NothingToPrint(
            _("Nothing to print: in this plan nobody is at these stands on these half-days.")
        )
    return document


def _ensure_desk(by: User) -> None:
    access = access_of(by)
    if not (access.is_national or access.desk_codes):
        raise PermissionDenied(_("Printing is for the teams’ desks."))
