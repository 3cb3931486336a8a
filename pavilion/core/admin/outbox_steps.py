"""How the outbox is narrowed, and what can be done with what is in it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from pavilion.core import outbox, outbox_changes
from pavilion.core.desk import KINDS, OfferedFilter, OptionalReasonForm, Step, StepForm
from pavilion.core.models import OutboxMessage, is_late
from pavilion.core.veil import veil

State = OutboxMessage.State
# Whom a kind of mail is for, by how the names of such kinds begin.
_AUDIENCES = {
    "startups": (_("start-ups"), "startups."),
    "delegation": (_("the delegation"), "meetings."),
    "team": (_("the team"), "core."),
}


class KindFilter(OfferedFilter):
    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(KINDS.items())

    def narrow(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        return queryset.filter(kind=value)


class AudienceFilter(OfferedFilter):
    title = _("written to")
    parameter_name = "to"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(key, name) for key, (name, _beginning) in _AUDIENCES.items()]

    def narrow(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        return queryset.filter(kind__startswith=_AUDIENCES[value][1])


class WaitsFilter(OfferedFilter):
    """What is between two states, or in two of them."""

    title = _("where it is")
    parameter_name = "waits"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("scheduled", _("scheduled")),
            ("late", _("should have left")),
            ("returned", _("did not arrive")),
        ]

    def narrow(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        if value == "returned":
            return queryset.filter(state__in=[State.FAILED, State.BOUNCED])
        if value == "late":
            return queryset.filter(is_late(timezone.now()))
        return queryset.filter(state=State.QUEUED, send_after__gt=timezone.now())


class EditForm(StepForm):
    subject = forms.CharField(
        label=_("Subject"),
        max_length=outbox_changes.LONGEST_SUBJECT,
        widget=forms.TextInput(attrs={"size": 80}),
    )
    body = forms.CharField(
        label=_("Text"),
        max_length=outbox_changes.LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 24}),
        strip=False,
        help_text=_(
            "[link 1] and the like stand for links that belong to the recipient: leave each where "
            "it makes sense. The formatted version follows the text; the calendar part stays."
        ),
    )

    def prepare(self) -> None:
        if self.row is not None:
            self.initial.update(subject=self.row.subject, body=veil(self.row.body))


def _approve(request: HttpRequest, row: OutboxMessage, data: Mapping[str, Any]) -> None:
    by: Any = request.user
    outbox.approve_messages(message_ids=[row.pk], by=by)


def _edit(request: HttpRequest, row: OutboxMessage, data: Mapping[str, Any]) -> None:
    by: Any = request.user
    outbox_changes.edit_message(message_id=row.pk, by=by, **data)


def _send_now(request: HttpRequest, row: OutboxMessage, data: Mapping[str, Any]) -> None:
    by: Any = request.user
    outbox_changes.send_now(message_ids=[row.pk], by=by)


def _send_again(request: HttpRequest, row: OutboxMessage, data: Mapping[str, Any]) -> None:
    by: Any = request.user
    outbox_changes.send_again(message_ids=[row.pk], by=by)


def _retry(request: HttpRequest, row: OutboxMessage, data: Mapping[str, Any]) -> None:
    by: Any = request.user
    outbox.retry_messages(message_ids=[row.pk], by=by)


def _drop(request: HttpRequest, row: OutboxMessage, data: Mapping[str, Any]) -> None:
    by: Any = request.user
    outbox.drop_messages(message_ids=[row.pk], by=by, reason=data["reason"])


STEPS = (
    Step(
        name="approve",
        label=_("Approve the message"),
        run=_approve,
        done=ngettext_lazy(
            "%(count)d message approved: it leaves now.",
            "%(count)d messages approved: they leave now.",
            "count",
        ),
        bulk=ngettext_lazy("Approve %(count)d message", "Approve %(count)d messages", "count"),
        when=lambda message: message.state == State.HELD,
        style="primary",
    ),
    Step(
        name="edit",
        label=_("Edit before sending"),
        run=_edit,
        form=EditForm,
        done=ngettext_lazy("%(count)d message edited.", "%(count)d messages edited.", "count"),
        when=outbox_changes.may_edit,
    ),
    Step(
        name="send_now",
        label=_("Send now, without waiting"),
        run=_send_now,
        done=ngettext_lazy(
            "%(count)d message leaves now.", "%(count)d messages leave now.", "count"
        ),
        bulk=ngettext_lazy("Send %(count)d message now", "Send %(count)d messages now", "count"),
        when=lambda message: message.state == State.QUEUED and message.send_after > timezone.now(),
    ),
    Step(
        name="retry",
        label=_("Try again"),
        run=_retry,
        done=ngettext_lazy(
            "%(count)d message leaves again.", "%(count)d messages leave again.", "count"
        ),
        bulk=ngettext_lazy("Try %(count)d message again", "Try %(count)d messages again", "count"),
        when=lambda message: message.state == State.FAILED,
        style="primary",
    ),
    Step(
        name="send_again",
        label=_("Send it again"),
        run=_send_again,
        done=ngettext_lazy(
            "%(count)d message is sent once more.",
            "%(count)d messages are sent once more.",
            "count",
        ),
        bulk=ngettext_lazy(
            "Send %(count)d message again", "Send %(count)d messages again", "count"
        ),
        explain=_(
            "The same words leave again, as a new message in the same conversation. In "
            "calendars nothing changes: whoever has answered need not answer again."
        ),
        when=lambda message: message.state in (State.SENT, State.BOUNCED),
    ),
    Step(
        name="drop",
        label=_("Do not send"),
        run=_drop,
        form=OptionalReasonForm,
        done=ngettext_lazy(
            "%(count)d message will not leave.", "%(count)d messages will not leave.", "count"
        ),
        bulk=ngettext_lazy(
            "Do not send %(count)d message", "Do not send %(count)d messages", "count"
        ),
        when=lambda message: message.state in outbox.DROPPABLE and not message.claim,
        style="danger",
    ),
)
