"""The aid a company declares to have received."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from startups import aid, checklist, operations, shown
from startups.eligibility import euros
from startups.forms.preparation import AidForm, aid_lines
from startups.models import Aid, AidDeclaration, ChecklistItem, Exhibitor
from startups.views.preparation.attempts import attempt, to_send_back, what_was_shown
from startups.views.preparation.pages import (
    item_or_404,
    item_page,
    person_of,
    preparing,
    writable,
)


@writable
@preparing
def declare_aid(request: HttpRequest, exhibitor: Exhibitor) -> HttpResponse:
    item = item_or_404(exhibitor, ChecklistItem.AID)
    declaration, aids = _declared(exhibitor)
    wants_more = "more" in request.POST
    form = _aid_form(request, exhibitor, declaration, wants_more=wants_more)
    lines = aid_lines(request.POST or None, aids, more=wants_more)
    if request.method == "POST" and not wants_more and form.is_valid() & lines.is_valid():
        if attempt(
            operations.declare_aid,
            form,
            exhibitor,
            name=form.cleaned_data["name"],
            has_none=form.cleaned_data["received"] == AidForm.NONE,
            aids=lines.lines(),
            seen=what_was_shown(request),
        ):
            _tell_standing(request, exhibitor)
            return redirect("startups:application_preparation", exhibitor.application.token)
        declaration, aids = _declared(exhibitor)
    today = timezone.localdate()
    now = shown.declared(declaration, aids)
    context = {
        "lines": lines,
        # Folded away for those who have none to declare.
        "has_lines": any(line.is_bound or line.initial for line in lines),
        "is_checked": form.is_bound,
        "standing": checklist.standing(exhibitor),
        "ceiling": aid.CEILING,
        "since": aid.first_day(min(today, exhibitor.participation.edition.starts_on)),
        "saved": now if form.changed else None,
        "seen": to_send_back(request, form, now),
    }
    return item_page(request, exhibitor, item, "aid", form, **context)


def _declared(exhibitor: Exhibitor) -> tuple[AidDeclaration | None, list[Aid]]:
    """The statement there is, and its lines."""
    declaration = AidDeclaration.objects.filter(exhibitor=exhibitor).first()
    if declaration is None:
        return None, []
    return declaration, list(declaration.aids.order_by("granted_on", "authority", "amount", "pk"))


def _aid_form(
    request: HttpRequest,
    exhibitor: Exhibitor,
    declaration: AidDeclaration | None,
    *,
    wants_more: bool,
) -> AidForm:
    initial = {"name": person_of(exhibitor)["name"]}
    if declaration is not None:
        received = AidForm.NONE if declaration.has_none else AidForm.SOME
        initial |= {"name": declaration.name, "received": received}
    if wants_more:
        # Not checked yet: only room for more lines was asked for.
        initial = {name: request.POST.get(name, "") for name in ("name", "received")}
    return AidForm(None if wants_more else request.POST or None, initial=initial)


def _tell_standing(request: HttpRequest, exhibitor: Exhibitor) -> None:
    current = Exhibitor.objects.select_related("application__call", "participation__edition").get(
        pk=exhibitor.pk
    )
    standing = checklist.standing(current)
    if standing is not None and standing.is_above:
        messages.warning(
            request,
            _(
                "Your statement is kept. With your stand it exceeds the ceiling of %(ceiling)s: "
                "the region has been told and will write to you. Go on with the rest."
            )
            % {"ceiling": euros(aid.CEILING)},
        )
    else:
        messages.success(request, _("Your statement is kept. Thank you."))
