"""What came by mail and could not be applied by itself: the message beside what was understood."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from meetings import operations, wording
from meetings.admin.meeting_preview import panel_of_one
from meetings.models import IncomingMail, Meeting, Participant
from meetings.operations.previewing import preview
from meetings.receiving import letter as letters
from meetings.receiving.reasons import why
from meetings.receiving.showing import proposed, shown, understood
from pavilion.core.desk import (
    KINDS,
    VERBS,
    DeskAdmin,
    OptionalReasonForm,
    Panel,
    RegionFilter,
    Step,
    StepForm,
    short_moment,
    state_mark,
)
from pavilion.core.downloads import attachment

Outcome = IncomingMail.Outcome
Run = Callable[[HttpRequest, IncomingMail, Mapping[str, Any]], IncomingMail]
Shown = Callable[[HttpRequest, Sequence[IncomingMail], Mapping[str, Any]], Panel | None]

VERBS |= {
    "incoming.applied": _("Message noted as an answer"),
    "incoming.moved": _("Meeting moved to the time proposed"),
    "incoming.declined": _("Proposal declined"),
    "incoming.ignored": _("Message put aside"),
    "incoming.settled": _("Message settled by hand"),
}
KINDS |= {"meetings.counter_declined": _("Proposal declined")}
_SHAPES = {
    Outcome.APPLIED: "confirmed",
    Outcome.IGNORED: "held",
    Outcome.REVIEW: "waiting",
    Outcome.BOUNCE: "conflict",
    Outcome.SETTLED: "held",
}


class ApplyForm(StepForm):
    """Whose answer it is, and what they say."""

    meeting = forms.ModelChoiceField(
        Meeting.objects.none(),
        label=_("Meeting"),
        widget=AutocompleteSelect(
            IncomingMail._meta.get_field("meeting"), admin.site, attrs={"data-placeholder": ""}
        ),
    )
    participant = forms.ModelChoiceField(
        Participant.objects.none(),
        label=_("Whose answer"),
        help_text=_("Once the meeting is chosen, its participants are offered here."),
    )
    answer = forms.ChoiceField(
        label=_("Their answer"),
        choices=[
            (each.value, each.label)
            for each in Participant.Answer
            if each != Participant.Answer.NEEDS_ACTION
        ],
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(
        label=_("Comment"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=1000,
        required=False,
    )

    def prepare(self) -> None:
        meeting: Any = self.fields["meeting"]
        meeting.queryset = Meeting.objects.live().visible_to(self.request.user)
        chosen = self.data.get("meeting") or (self.row and self.row.meeting_id)
        participant: Any = self.fields["participant"]
        if str(chosen or "").isdecimal():
            expected = Participant.objects.present().filter(
                meeting=chosen, meeting__in=meeting.queryset
            )
            participant.queryset = expected.select_related("person", "office").order_by("pk")
        if self.row:
            if self.row.meeting_id:
                participant.help_text = ""
            self.initial = {
                **self.initial,
                "meeting": self.row.meeting_id,
                "participant": self.row.participant_id,
                "answer": _ANSWERS.get(self.row.facts.get("partstat")),
                "comment": self.row.facts.get("comment", ""),
            }


_ANSWERS = {
    "ACCEPTED": Participant.Answer.ACCEPTED,
    "TENTATIVE": Participant.Answer.TENTATIVE,
    "DECLINED": Participant.Answer.DECLINED,
    "DELEGATED": Participant.Answer.DELEGATED,
}


class DeclineForm(StepForm):
    word = forms.CharField(
        label=_("A word to whoever proposed"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        required=False,
        help_text=_("It stands in the mail as you write it."),
    )


def _apply(request: HttpRequest, row: IncomingMail, data: Mapping[str, Any]) -> IncomingMail:
    by: Any = request.user
    return operations.apply_incoming(
        mail_id=row.pk,
        participant_id=data["participant"].pk,
        answer=data["answer"],
        comment=data["comment"],
        by=by,
    )


def _move(request: HttpRequest, row: IncomingMail, data: Mapping[str, Any]) -> IncomingMail:
    by: Any = request.user
    return operations.accept_proposal(mail_id=row.pk, by=by, **data)


def _shown_first(run: Run) -> Shown:
    """Who would be told what, tried and undone."""

    def show(
        request: HttpRequest, rows: Sequence[IncomingMail], data: Mapping[str, Any]
    ) -> Panel | None:
        [row] = rows
        chosen = data.get("participant")
        tried = preview(
            lambda: run(request, row, data),
            meeting_id=chosen.meeting_id if chosen else row.meeting_id,
        )
        if tried.refusal:
            raise tried.refusal
        return panel_of_one(tried)

    return show


def _decline(request: HttpRequest, row: IncomingMail, data: Mapping[str, Any]) -> None:
    by: Any = request.user
    operations.decline_proposal(mail_id=row.pk, by=by, word=data["word"])


def _ignore(request: HttpRequest, row: IncomingMail, data: Mapping[str, Any]) -> None:
    by: Any = request.user
    operations.ignore_incoming(mail_id=row.pk, by=by, reason=data["reason"])


def _settle(request: HttpRequest, row: IncomingMail, data: Mapping[str, Any]) -> None:
    by: Any = request.user
    operations.settle_incoming(mail_id=row.pk, by=by, reason=data["reason"])


class MoveForm(StepForm):
    outside_hours_reason = forms.CharField(
        label=_("Reason for being outside opening hours"),
        max_length=200,
        required=False,
        help_text=_("Only if the proposed time is outside opening hours."),
    )


def _is_open(mail: IncomingMail) -> bool:
    return mail.settled_at is None and mail.outcome in (Outcome.REVIEW, Outcome.IGNORED)


def _is_doubtful(mail: IncomingMail) -> bool:
    return _is_open(mail) and mail.outcome == Outcome.REVIEW


def _proposes(mail: IncomingMail) -> bool:
    return _is_doubtful(mail) and mail.reason == "counter" and proposed(mail) is not None


STEPS = (
    Step(
        name="move",
        label=_("Move the meeting to the time proposed"),
        run=_move,
        form=MoveForm,
        preview=_shown_first(_move),
        done=_("The meeting is moved, and everybody is asked again."),
        explain=_("Everybody expected gets an update of the invitation and is asked again."),
        when=_proposes,
        style="primary",
    ),
    Step(
        name="decline",
        label=_("Decline the proposal"),
        run=_decline,
        form=DeclineForm,
        done=_("The meeting stays; whoever proposed is told."),
        explain=_("Their calendar takes the proposal back; the invitation stands as it is."),
        when=_proposes,
    ),
    Step(
        name="apply",
        label=_("Note it as an answer"),
        run=_apply,
        form=ApplyForm,
        preview=_shown_first(_apply),
        done=_("The answer is noted."),
        explain=_("You vouch for whoever wrote it. What they answered before is replaced."),
        when=_is_open,
    ),
    Step(
        name="settle",
        label=_("Settled by hand"),
        run=_settle,
        form=OptionalReasonForm,
        done=ngettext_lazy("%(count)d message settled.", "%(count)d messages settled.", "count"),
        bulk=ngettext_lazy("Settle %(count)d message", "Settle %(count)d messages", "count"),
        explain=_("You have called, or answered by hand. The message stays, with what you say."),
        when=_is_doubtful,
    ),
    Step(
        name="ignore",
        label=_("Nothing to do"),
        run=_ignore,
        form=OptionalReasonForm,
        done=ngettext_lazy(
            "%(count)d message put aside.", "%(count)d messages put aside.", "count"
        ),
        bulk=ngettext_lazy("Put %(count)d message aside", "Put %(count)d messages aside", "count"),
        explain=_("Nothing changes. The message stays."),
        when=_is_doubtful,
    ),
)


@admin.register(IncomingMail)
class IncomingMailAdmin(DeskAdmin):
    region_path = "meeting__participation__region_id"
    may_add = may_change = False
    list_display = ("received", "what", "mark", "about")
    list_display_links = ("what",)
    list_filter = ("outcome", RegionFilter)
    search_fields = ("subject", "sender", "meeting__subject_fr")
    search_help_text = _("Subject, sender or meeting")
    select = (
        "meeting__participation__region",
        "participant__person",
        "participant__office",
        "settled_by",
        "bounced",
    )
    fields = ("state", "reason_in_words", "about_link", "received", "settled")
    readonly_fields = fields
    steps = STEPS

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.defer("raw")

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        """What is to be looked at first, then the newest."""
        waits = When(outcome=Outcome.REVIEW, then=Value(0))
        return [Case(waits, default=Value(1), output_field=IntegerField()), "-received_at", "-pk"]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.raw_view)
        own = path("<path:object_id>/raw/", view, name=self.url_of("raw"))
        return [own, *super().get_urls()]

    def raw_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """As it came, with every key it holds: for whoever may act with them all."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        if not self.is_national_manager(request):
            raise PermissionDenied
        return attachment(BytesIO(bytes(row.raw)), f"message-{row.pk}.eml", "message/rfc822")

    def panels(self, request: HttpRequest, row: IncomingMail) -> Iterable[Panel]:
        raw = reverse(f"admin:{self.url_of('raw')}", args=[row.pk])
        letter = letters.read(bytes(row.raw))
        context = {
            "shown": shown(letter),
            "understood": understood(row),
            "raw": raw if self.is_national_manager(request) else "",
        }
        yield Panel(gettext("The message"), "admin/meetings/_incoming.html", context)

    @admin.display(description=_("received"), ordering="received_at")
    def received(self, mail: IncomingMail) -> str:
        return short_moment(mail.received_at)

    @admin.display(description=_("message"), ordering="subject")
    def what(self, mail: IncomingMail) -> SafeString:
        subject = mail.subject or gettext("(without subject)")
        return format_html("<b>{}</b><br>{}", subject, mail.sender)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Nothing is said of what has not happened."""
        fields = super().get_fields(request, obj)
        untold = {
            "settled": not (obj and obj.settled_at),
            "reason_in_words": not (obj and obj.reason),
        }
        return [name for name in fields if not untold.get(name)]

    @admin.display(description=_("what became of it"))
    def state(self, mail: IncomingMail) -> SafeString:
        return state_mark(_SHAPES[Outcome(mail.outcome)], mail.get_outcome_display())

    @admin.display(description=_("what became of it"), ordering="outcome")
    def mark(self, mail: IncomingMail) -> SafeString:
        sentence = why(mail.reason)
        mark = self.state(mail)
        return format_html("{}<br>{}", mark, sentence) if sentence else mark

    @admin.display(description=_("why"))
    def reason_in_words(self, mail: IncomingMail) -> str:
        return why(mail.reason, str(mail.facts.get("refusal", "")))

    @admin.display(description=_("about"), ordering="meeting__subject_fr")
    def about(self, mail: IncomingMail) -> str:
        parts = [mail.meeting and mail.meeting.subject, mail.participant]
        return ", ".join(str(part) for part in parts if part)

    @admin.display(description=_("about"))
    def about_link(self, mail: IncomingMail) -> SafeString | str:
        if mail.meeting is None:
            return gettext("No meeting of ours is known to be meant.")
        url = reverse("admin:meetings_meeting_change", args=[mail.meeting.pk])
        who = wording.name(mail.participant) if mail.participant else ""
        when = wording.when(mail.meeting)
        return format_html('<a href="{}">{}</a>, {}<br>{}', url, mail.meeting.subject, when, who)

    @admin.display(description=_("settled"))
    def settled(self, mail: IncomingMail) -> str:
        if mail.settled_at is None:
            return ""
        words = [short_moment(mail.settled_at), str(mail.settled_by or ""), mail.facts.get("note")]
        return " · ".join(str(word) for word in words if word)
