"""The outbox: what waits for approval, what left, what could not."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from pavilion.core import calendar_lines, outbox
from pavilion.core.desk import (
    KINDS,
    CodeFilter,
    DeskAdmin,
    OfferedFilter,
    OptionalReasonForm,
    Panel,
    Step,
    region_mark,
    regions,
    short_moment,
    state_mark,
)
from pavilion.core.logs import redact
from pavilion.core.models import OutboxMessage

State = OutboxMessage.State
_SHAPES = {
    State.HELD: "waiting",
    State.QUEUED: "option",
    State.SENT: "held",
    State.FAILED: "conflict",
    State.DROPPED: "cancelled",
}


class KindFilter(OfferedFilter):
    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(KINDS.items())

    def narrow(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        return queryset.filter(kind=value)


def _approve(request: HttpRequest, row: OutboxMessage, data: Mapping[str, Any]) -> None:
    by: Any = request.user
    outbox.approve_messages(message_ids=[row.pk], by=by)


def _retry(request: HttpRequest, row: OutboxMessage, data: Mapping[str, Any]) -> None:
    by: Any = request.user
    outbox.retry_messages(message_ids=[row.pk], by=by)


def _drop(request: HttpRequest, row: OutboxMessage, data: Mapping[str, Any]) -> None:
    by: Any = request.user
    outbox.drop_messages(message_ids=[row.pk], by=by, reason=data["reason"])


@admin.register(OutboxMessage)
class OutboxMessageAdmin(DeskAdmin):
    region_path = "region_code"
    may_add = may_change = False
    list_display = ("what", "mark", "to", "region", "written", "sent")
    list_filter = ("state", CodeFilter, KindFilter, "language")
    search_fields = ("subject", "recipient", "recipient_name")
    ordering = ("-created_at", "-pk")
    fieldsets = (
        (None, {"fields": ("mark", "to", "subject", "region", "language", "spoken_kind")}),
        (
            _("On its way"),
            {
                "fields": (
                    *("written", "send_after", "expires_at", "sent"),
                    *("attempts", "last_error", "message_id"),
                )
            },
        ),
    )
    steps = (
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
            name="retry",
            label=_("Send it again"),
            run=_retry,
            done=ngettext_lazy(
                "%(count)d message leaves again.", "%(count)d messages leave again.", "count"
            ),
            bulk=ngettext_lazy(
                "Send %(count)d message again", "Send %(count)d messages again", "count"
            ),
            when=lambda message: message.state == State.FAILED,
            style="primary",
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
            when=lambda message: message.state in (State.HELD, State.QUEUED),
            style="danger",
        ),
    )

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """The region by name, told once for the whole list."""
        names = regions.names()

        @admin.display(description=_("region"), ordering="region_code")
        def region(message: OutboxMessage) -> SafeString | str:
            return _named(message, names)

        columns = super().get_list_display(request)
        return [region if name == "region" else name for name in columns]

    def panels(self, request: HttpRequest, row: OutboxMessage) -> Iterable[Panel]:
        # The links inside are the recipient's own: whoever reads them here could answer for them.
        context = {
            "body": redact(row.body),
            "html": redact(row.html),
            "lines": calendar_lines.readable(redact(row.ics)),
        }
        yield Panel(gettext("The message"), "admin/core/_message.html", context)

    @admin.display(description=_("message"), ordering="subject")
    def what(self, message: OutboxMessage) -> SafeString:
        return format_html("<b>{}</b><br>{}", message.subject, self.spoken_kind(message))

    @admin.display(description=_("kind"), ordering="kind")
    def spoken_kind(self, message: OutboxMessage) -> str:
        return str(KINDS.get(message.kind, message.kind))

    @admin.display(description=_("state"), ordering="state")
    def mark(self, message: OutboxMessage) -> SafeString:
        return state_mark(_SHAPES[State(message.state)], message.get_state_display())

    @admin.display(description=_("recipient"), ordering="recipient")
    def to(self, message: OutboxMessage) -> SafeString | str:
        if not message.recipient_name:
            return message.recipient
        return format_html("{}<br>{}", message.recipient_name, message.recipient)

    @admin.display(description=_("region"))
    def region(self, message: OutboxMessage) -> SafeString | str:
        return _named(message, regions.names())

    @admin.display(description=_("written"), ordering="created_at")
    def written(self, message: OutboxMessage) -> str:
        return short_moment(message.created_at)

    @admin.display(description=_("sent"), ordering="sent_at")
    def sent(self, message: OutboxMessage) -> str:
        return short_moment(message.sent_at)


def _named(message: OutboxMessage, names: Mapping[str, str]) -> SafeString | str:
    code = message.region_code
    return region_mark(code, names.get(code, code)) if code else gettext("national team")
