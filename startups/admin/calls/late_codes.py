"""The call's page of late-entry codes: given, seen how often used, taken back."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pavilion.core.desk import KEYS, VERBS, StepForm, moment_field, state_mark
from pavilion.core.errors import DomainError
from startups import operations
from startups.admin.calls.pages import CallPages, Tab
from startups.models import Call, LateCode

VERBS |= {
    "call.late_code_given": _("Late-entry code given"),
    "call.late_code_revoked": _("Late-entry code revoked"),
}
KEYS |= {
    "late_code": (_("late-entry code"), {}),
    "max_uses": (_("applications at most"), {}),
    "expires_at": (_("valid until"), {}),
    "note": (_("for whom"), {}),
}


class LateCodeForm(StepForm):
    note = forms.CharField(
        label=_("For whom"),
        max_length=200,
        required=False,
        help_text=_("Read by your desk alone."),
    )
    max_uses = forms.IntegerField(
        label=_("Applications at most"), min_value=1, max_value=500, initial=1
    )
    expires_at = moment_field(label=_("Valid until"))
    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        required=False,
        help_text=_("Empty: we make one that is easy to dictate."),
    )


class LateCodePages(CallPages):
    def call_urls(self) -> list[URLPattern]:
        return [*super().call_urls(), self.call_path("late_codes", self.late_codes_view)]

    def call_links(self, request: HttpRequest, call: Call) -> list[Tab]:
        tab = self.tab("late_codes", pgettext_lazy("tab", "Late entry"), call)
        return [*super().call_links(request, call), tab]

    def late_codes_view(self, request: HttpRequest, call_id: int) -> HttpResponse:
        is_post = request.method == "POST"
        call = (self.managed_call if is_post else self.desk_call)(request, call_id)
        if "revoke" in request.POST:
            return self._revoke(request, call)
        form = LateCodeForm(request.POST if is_post else None, request=request)
        if form.is_valid() and self._give(request, call, form):
            return self._back(call)
        return self.call_page(
            request,
            call,
            "late_codes",
            "admin/startups/call/late_codes.html",
            title=_("Late-entry codes"),
            form=form,
            codes=[(code, _mark(code)) for code in _codes(call)],
        )

    def _give(self, request: HttpRequest, call: Call, form: LateCodeForm) -> bool:
        by: Any = request.user
        try:
            code = operations.give_late_code(call_id=call.pk, by=by, **form.cleaned_data)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            return False
        messages.success(request, _("The code %(code)s is given.") % {"code": code})
        return True

    def _revoke(self, request: HttpRequest, call: Call) -> HttpResponse:
        wanted = request.POST["revoke"]
        if not (wanted.isdecimal() and len(wanted) < 19):
            raise Http404
        code = get_object_or_404(call.late_codes, pk=int(wanted))
        by: Any = request.user
        operations.revoke_late_code(late_code_id=code.pk, by=by)
        messages.success(request, _("The code %(code)s lets nobody in any more.") % {"code": code})
        return self._back(call)

    def _back(self, call: Call) -> HttpResponse:
        return redirect(reverse(f"admin:{self.url_of('late_codes')}", args=[call.pk]))


def _codes(call: Call) -> "QuerySet[LateCode]":
    rows: Any = call.late_codes.select_related("created_by")
    codes: QuerySet[LateCode] = rows.annotate(used=Count("applications"))
    return codes.order_by("-created_at", "-pk")


def _mark(code: Any) -> Any:
    if code.revoked_at:
        return state_mark("cancelled", _("Revoked"))
    if not code.is_valid_at(timezone.now()):
        return state_mark("held", _("Over"))
    if code.used >= code.max_uses:
        return state_mark("held", _("Used up"))
    return state_mark("confirmed", _("Valid"))
