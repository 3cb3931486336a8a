"""How a company is shown and what its stand needs: logo, pitches, technical needs."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from pavilion.core.errors import DomainError
from startups import operations, shown, summary
from startups.forms.preparation import LogoForm, NeedsForm, PitchForm
from startups.models import ChecklistItem, Exhibitor
from startups.views.preparation.attempts import attempt, to_send_back, what_was_shown
from startups.views.preparation.pages import (
    back_to_list,
    item_or_404,
    item_page,
    person_of,
    preparing,
    writable,
)


@writable
@preparing
def send_logo(request: HttpRequest, exhibitor: Exhibitor) -> HttpResponse:
    item = item_or_404(exhibitor, ChecklistItem.LOGO)
    form = LogoForm(request.POST, request.FILES) if request.method == "POST" else LogoForm()
    if form.is_valid() and attempt(
        operations.send_vector_logo, form, exhibitor, file=form.cleaned_data["logo"]
    ):
        return back_to_list(request, exhibitor, _("Your logo has been received."))
    return item_page(request, exhibitor, item, "logo", form)


@writable
@preparing
def check_pitch(request: HttpRequest, exhibitor: Exhibitor) -> HttpResponse:
    item = item_or_404(exhibitor, ChecklistItem.PITCH)
    form = PitchForm(request.POST or None, request.FILES or None, application=exhibitor.application)
    is_kept = False
    if request.method == "POST":
        if form.is_valid() and _confirmed(request, operations.check_pitch, form, exhibitor):
            return back_to_list(request, exhibitor, _("Name and pitches are confirmed. Thank you."))
        is_kept = _keep_picture(form, exhibitor)
    context = {"is_picture_kept": is_kept, "seen": _seen_columns(request, form, exhibitor)}
    return item_page(request, exhibitor, item, "pitch", form, **context)


def _keep_picture(form: PitchForm, exhibitor: Exhibitor) -> bool:
    """A valid logo is kept at once, so that it need not be chosen again for the others' sake."""
    picture = form.picture()
    if picture is None:
        return False
    try:
        operations.keep_picture(
            exhibitor_id=exhibitor.pk, file=picture, by_name=person_of(exhibitor)["name"]
        )
    except DomainError:
        # Closed meanwhile, as the page says.
        return False
    exhibitor.application.refresh_from_db(fields=["logo", "updated_at"])
    return True


@writable
@preparing
def confirm_needs(request: HttpRequest, exhibitor: Exhibitor) -> HttpResponse:
    item = item_or_404(exhibitor, ChecklistItem.NEEDS)
    form = NeedsForm(request.POST or None, application=exhibitor.application)
    if (
        request.method == "POST"
        and form.is_valid()
        and _confirmed(request, operations.confirm_needs, form, exhibitor)
    ):
        return back_to_list(request, exhibitor, _("Your technical needs are confirmed. Thank you."))
    context = {
        "seen": _seen_columns(request, form, exhibitor),
        "needs": summary.needs_in_words(exhibitor.application),
    }
    return item_page(request, exhibitor, item, "needs", form, **context)


def _confirmed(
    request: HttpRequest,
    operation: Callable[..., object],
    form: PitchForm | NeedsForm,
    exhibitor: Exhibitor,
) -> bool:
    seen = what_was_shown(request)
    if attempt(operation, form, exhibitor, values=form.values(), seen=seen):
        return True
    if form.changed:
        exhibitor.application.refresh_from_db(fields=form.columns)
        form.show_both(exhibitor.application, seen or {})
    return False


def _seen_columns(request: HttpRequest, form: PitchForm | NeedsForm, exhibitor: Exhibitor) -> str:
    now = {name: getattr(exhibitor.application, name) for name in form.columns}
    return to_send_back(request, form, shown.columns(now))
