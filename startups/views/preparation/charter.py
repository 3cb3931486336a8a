"""The charter: to sign, and as it was signed."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from startups import charter, operations, summary
from startups.forms.preparation import CharterForm
from startups.models import CharterSignature, ChecklistItem, Exhibitor
from startups.views.preparation.attempts import attempt
from startups.views.preparation.pages import (
    context_of,
    item_or_404,
    item_page,
    person_of,
    preparing,
    readable,
    writable,
)


@writable
@preparing
def sign_charter(request: HttpRequest, exhibitor: Exhibitor) -> HttpResponse:
    item = item_or_404(exhibitor, ChecklistItem.CHARTER)
    call = exhibitor.application.call
    text = charter.text(call, translation.get_language() or "fr")
    seen = {"version": call.charter_version, "language": (translation.get_language() or "fr")[:2]}
    form = CharterForm(request.POST or None, initial={**seen, **person_of(exhibitor)})
    if request.method == "POST" and not item.is_done and form.is_valid():
        data = dict(form.cleaned_data)
        del data["accepts"]
        if attempt(operations.sign_charter, form, exhibitor, **data):
            messages.success(
                request, _("The charter is signed. A copy leaves by mail to your contact.")
            )
            return redirect("startups:application_preparation", exhibitor.application.token)
        # The text below is the newer one, and so is what is signed next: to be agreed to anew.
        form.data = {**form.data.dict(), **seen}  # type: ignore[attr-defined]
        form.data.pop("accepts", None)
    context = {"text": text, "parts": list(charter.parts(text))}
    return item_page(request, exhibitor, item, "charter", form, **context)


@readable
@preparing
def signed_charter(request: HttpRequest, exhibitor: Exhibitor) -> HttpResponse:
    """To print: the text as it was signed, and by whom."""
    signature = CharterSignature.objects.filter(exhibitor=exhibitor).order_by("-version").first()
    if signature is None:
        raise Http404
    context = {
        "signature": signature,
        "parts": list(charter.parts(_signed_text(exhibitor, signature))),
        "reference": summary.reference(exhibitor.application),
        "now": timezone.now(),
    }
    return render(
        request, "startups/preparation/signed_charter.html", {**context_of(exhibitor), **context}
    )


def _signed_text(exhibitor: Exhibitor, signature: CharterSignature) -> str:
    """What was kept; else one of today's two texts, if it is the very same."""
    if signature.text:
        return signature.text
    call = exhibitor.application.call
    for language in ("fr", "en"):
        text = charter.text(call, language)
        if charter.digest(text) == signature.text_digest:
            return text
    return ""
