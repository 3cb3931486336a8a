"""The outbox: what waits for approval, what waits for its time, what left, what did not arrive."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from pavilion.core import calendar_lines, waiting
from pavilion.core.admin.outbox_steps import STEPS, AudienceFilter, KindFilter, WaitsFilter
from pavilion.core.desk import (
    KINDS,
    CodeFilter,
    DeskAdmin,
    Panel,
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
    State.BOUNCED: "conflict",
}


@admin.register(OutboxMessage)
class OutboxMessageAdmin(DeskAdmin):
    region_path = "region_code"
    may_add = may_change = False
    list_display = ("what", "mark", "to", "region", "fate")
    list_filter = ("state", WaitsFilter, AudienceFilter, CodeFilter, KindFilter, "language")
    search_fields = ("subject", "recipient", "recipient_name")
    ordering = ("-created_at", "-pk")
    list_before_template = "admin/core/_outbox.html"
    steps = STEPS

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """What there is to say of this one: no line for what has not happened."""
        on_its_way = ["written", "caused"]
        if obj is not None:
            told = {
                "edited": obj.edited_at,
                "fate": obj.state not in (State.HELD, State.DROPPED),
                "expires": obj.expires_at,
                "sent": obj.state == State.BOUNCED,
                "attempts": obj.attempts,
                "last_error": obj.last_error,
                "origin": obj.resends_id,
            }
            on_its_way += [name for name, value in told.items() if value]
        return [
            (None, {"fields": ("mark", "to", "subject", "region", "language", "spoken_kind")}),
            (_("On its way"), {"fields": (*on_its_way, "message_id")}),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """A list reads neither texts nor calendars: some thousands of them are megabytes."""
        rows = super().get_queryset(request)
        match = request.resolver_match
        is_list = match is not None and str(match.url_name).endswith("_changelist")
        return rows.defer("body", "html", "ics", "told") if is_list else rows.select_related("by")

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """The region by name, told once for the whole list."""
        names = regions.names()

        @admin.display(description=_("region"), ordering="region_code")
        def region(message: OutboxMessage) -> SafeString | str:
            return _named(message, names)

        columns = super().get_list_display(request)
        return [region if name == "region" else name for name in columns]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {
            "tabs": self._tabs(request),
            "policies_url": reverse("admin:core_mailpolicy_changelist")
            if self.is_national_manager(request)
            else "",
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def panels(self, request: HttpRequest, row: OutboxMessage) -> Iterable[Panel]:
        # The links inside are the recipient's own: whoever reads them here could answer for them.
        context = {
            "body": redact(row.body),
            "html": redact(row.html),
            "lines": calendar_lines.readable(row.ics),
        }
        yield Panel(gettext("The message"), "admin/core/_message.html", context)

    def name_of(self, row: OutboxMessage) -> str:
        """Many have the same subject."""
        return f"{row.subject} · {row.recipient_name or row.recipient}"

    def _tabs(self, request: HttpRequest) -> list[dict[str, Any]]:
        """Where messages are, each with how many; what awaits approval also kind by kind."""
        rows = OutboxMessage.objects.visible_to(request.user)
        later = Q(state=State.QUEUED, send_after__gt=timezone.now())
        counts: dict[str, int] = dict.fromkeys([*State.values, "scheduled"], 0)
        kinds: dict[str, int] = {}
        # One query: the few kinds there are, in each state.
        for row in (
            rows.values("state", "kind")
            .annotate(number=Count("pk"), later=Count("pk", filter=later))
            .order_by("kind")
        ):
            counts[row["state"]] += row["number"]
            counts["scheduled"] += row["later"]
            if row["state"] == State.HELD:
                kinds[row["kind"]] = row["number"]
        asked = request.GET
        tabs = [
            (pgettext("messages", "All"), "", None),
            (pgettext("messages", "To approve"), "state__exact=held", counts[State.HELD]),
            (pgettext("messages", "Scheduled"), "waits=scheduled", counts["scheduled"]),
            (pgettext("messages", "Sent"), "state__exact=sent", counts[State.SENT]),
            (pgettext("messages", "Failed"), "state__exact=failed", counts[State.FAILED]),
            (pgettext("messages", "Came back"), "state__exact=bounced", counts[State.BOUNCED]),
        ]
        current = f"waits={asked['waits']}" if asked.get("waits") else ""
        current = f"state__exact={asked['state__exact']}" if asked.get("state__exact") else current
        return [
            {
                "label": label,
                "query": query,
                "count": count,
                "is_current": query == current,
                "kinds": [
                    {
                        "label": KINDS.get(kind, kind),
                        "count": number,
                        "query": f"{query}&kind={kind}",
                        "is_current": asked.get("kind") == kind,
                    }
                    for kind, number in kinds.items()
                    if kind in KINDS
                ]
                if query == current == "state__exact=held"
                else [],
            }
            for label, query, count in tabs
        ]

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

    @admin.display(description=_("edited"))
    def edited(self, message: OutboxMessage) -> str:
        return short_moment(message.edited_at)

    @admin.display(description=_("of no use after"))
    def expires(self, message: OutboxMessage) -> str:
        return short_moment(message.expires_at)

    @admin.display(description=_("when"), ordering="send_after")
    def fate(self, message: OutboxMessage) -> SafeString | str:
        """When it left or leaves, and why then; or why it did not, or since when it waits."""
        why = waiting.why(message, timezone.now())
        if why == waiting.Why.LEAVING:
            return str(why.label)
        if why is not None:
            return _two_lines(short_moment(message.send_after), why.label)
        if message.state == State.BOUNCED:
            return _two_lines(short_moment(message.bounced_at), _short(message.last_error))
        if message.state == State.FAILED:
            return _short(message.last_error)
        if message.state == State.SENT:
            return short_moment(message.sent_at)
        return _two_lines(short_moment(message.created_at), gettext("written"))

    @admin.display(description=_("announces what was done by"))
    def caused(self, message: OutboxMessage) -> str:
        return str(message.by or gettext("the service itself"))

    @admin.display(description=_("sends again"))
    def origin(self, message: OutboxMessage) -> SafeString | str:
        if message.resends_id is None:
            return ""
        url = reverse("admin:core_outboxmessage_change", args=[message.resends_id])
        return format_html('<a href="{}">{}</a>', url, gettext("the previous message"))


def _named(message: OutboxMessage, names: Mapping[str, str]) -> SafeString | str:
    code = message.region_code
    return region_mark(code, names.get(code, code)) if code else gettext("national team")


def _two_lines(first: str, second: object) -> SafeString:
    return format_html("{}<br>{}", first, second)


def _short(text: str) -> str:
    return Truncator(text).chars(90)
