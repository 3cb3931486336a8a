"""Run sheets: by one's private link, by one's account, and for those who work at a desk."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from events.models import Edition
from meetings.models import Delegation, Person
from meetings.operations.run_sheets import NoSuchVersion, note_run_sheet_read
from meetings.private_link import edition_of, person_of
from meetings.run_sheets import subjects
from meetings.run_sheets.printing import PATH, file_name, stamp, values_of
from meetings.run_sheets.sheet import Sheet
from meetings.run_sheets.subjects import Subject
from meetings.run_sheets.versions import Reader, given_out, reading_of, sheet_for
from pavilion.core.access import access_of
from pavilion.core.models import User
from pavilion.core.printing.apart import typeset_apart

MOST = 10_000  # more versions than anybody gives out


@never_cache
@require_safe
def sheet(request: HttpRequest, kind: str, pk: str) -> HttpResponse:
    """One subject's, for whoever may see it: a desk, or the delegate."""
    return _page(request, *_signed_in(request, kind, pk))


@never_cache
@require_safe
def sheet_pdf(request: HttpRequest, kind: str, pk: str) -> HttpResponseBase:
    return _pdf(request, *_signed_in(request, kind, pk))


@require_POST
def sheet_read(request: HttpRequest, kind: str, pk: str) -> HttpResponse:
    return _read(request, *_signed_in(request, kind, pk))


@never_cache
@require_safe
def my_sheet(request: HttpRequest) -> HttpResponse:
    """The signed-in person's own, where their day is."""
    person = Person.objects.filter(user=request.user).first()  # type: ignore[misc]
    if person is None:
        return render(request, "meetings/no_person.html", status=404)
    return redirect("meetings:sheet", "person", person.pk)


@login_not_required
@never_cache
@require_safe
def day_sheet(request: HttpRequest, token: str, kind: str = "person", pk: str = "") -> HttpResponse:
    """By the private link: one's own, or one's delegation's as it was given out."""
    return _page(request, *_by_link(request, token, kind, pk))


@login_not_required
@never_cache
@require_safe
def day_sheet_pdf(
    request: HttpRequest, token: str, kind: str = "person", pk: str = ""
) -> HttpResponseBase:
    return _pdf(request, *_by_link(request, token, kind, pk))


@login_not_required
@require_POST
def day_sheet_read(
    request: HttpRequest, token: str, kind: str = "person", pk: str = ""
) -> HttpResponse:
    return _read(request, *_by_link(request, token, kind, pk))


Named = tuple[Subject, Reader, str]


def _signed_in(request: HttpRequest, kind: str, pk: str) -> Named:
    user = cast(User, request.user)
    edition = _edition(request, user)
    subject = subjects.found(kind, pk, edition, user) if edition else None
    if subject is None:
        raise Http404
    is_desk = access_of(user).sees_desk(subject.region_code)
    address = reverse("meetings:sheet", args=[kind, pk])
    return subject, Reader(user=user, is_desk=is_desk), address


def _by_link(request: HttpRequest, token: str, kind: str, pk: str) -> Named:
    person = person_of(token)
    edition = edition_of(person, request.user)
    if edition is None:
        raise Http404
    if kind == "person":
        address = reverse("meetings:day_sheet", args=[token])
        return subjects.of_person(person, edition), Reader(person=person), address
    # Of a delegation its members read what was given out, not what is being made.
    found = None
    if kind == "delegation" and pk.isdecimal() and len(pk) <= 18:
        mine = Delegation.objects.filter(edition=edition, members=person)
        found = mine.select_related("participation__region").filter(pk=int(pk)).first()
    if found is None:
        raise Http404
    address = reverse("meetings:day_sheet_of", args=[token, kind, pk])
    reader = Reader(person=person, sees_working=False)
    return Subject("delegation", found, edition), reader, address


def _edition(request: HttpRequest, user: User) -> Edition | None:
    """The current one, or the one the address names."""
    editions = Edition.objects.visible_to(user)
    year = request.GET.get("annee", "")
    if year.isdecimal() and len(year) == 4:
        return editions.filter(year=int(year)).first()
    person = Person.objects.filter(user=user).first()
    return edition_of(person, user) if person else editions.current()


def _wanted(request: HttpRequest) -> int | None:
    number = request.GET.get("version", "")
    if not number:
        return None
    if not (number.isdecimal() and len(number) <= 5 and 0 < int(number) <= MOST):
        raise Http404
    return int(number)


def _sheet(request: HttpRequest, subject: Subject, reader: Reader) -> Sheet | None:
    wanted = _wanted(request)
    shown = sheet_for(subject, reader, wanted=wanted, now=timezone.now())
    if shown is None and wanted is not None:
        raise Http404
    return shown


def _page(request: HttpRequest, subject: Subject, reader: Reader, address: str) -> HttpResponse:
    shown = _sheet(request, subject, reader)
    wanted = _wanted(request)
    reading = reading_of(subject, reader)
    context = {
        "subject": subject,
        "sheet": shown,
        "stamp": stamp(shown) if shown else "",
        "versions": given_out(subject),
        "wanted": wanted,
        "reading": reading,
        "is_read": bool(shown and reading and reading.number >= shown.number),
        "reader": reader,
        "address": address,
        "query": f"?version={wanted}" if wanted else "",
    }
    response = render(request, "meetings/run_sheet.html", context)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _pdf(request: HttpRequest, subject: Subject, reader: Reader, address: str) -> HttpResponse:
    shown = _sheet(request, subject, reader)
    if shown is None:
        raise Http404
    content = typeset_apart(PATH, values_of([shown]), shown.at)
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{file_name(shown)}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _read(request: HttpRequest, subject: Subject, reader: Reader, address: str) -> HttpResponse:
    number = request.POST.get("version", "")
    try:
        if not (number.isdecimal() and len(number) <= 5):
            raise NoSuchVersion(_("This version does not exist."))
        note_run_sheet_read(
            subject=subject,
            number=int(number),
            user=None if reader.person else reader.user,
            person=reader.person,
        )
    except NoSuchVersion as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(
            request, _("Noted: you have read version %(number)s.") % {"number": number}
        )
    return redirect(address)
