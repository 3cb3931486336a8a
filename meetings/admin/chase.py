"""Who has not answered: whom to ask today, how, and what was agreed the last time."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from meetings import operations, wording
from meetings.chase_list import WAITING, in_order, to_chase
from meetings.models import (
    Chase,
    ContactNote,
    IncomingMail,
    Meeting,
    Office,
    Participant,
    Secretariat,
)
from meetings.receiving.reasons import why
from pavilion.core.access import access_of
from pavilion.core.desk import (
    KEYS,
    KINDS,
    VERBS,
    Column,
    DeskAdmin,
    OfferedFilter,
    Panel,
    RegionFilter,
    Step,
    StepForm,
    facts,
    moment_field,
    short_day,
    short_moment,
    short_span,
    state_mark,
)
from pavilion.core.desk.step_forms import day_field
from pavilion.core.models import OutboxMessage

VERBS |= {
    "meeting.contacted": _("Contact noted"),
    "meeting.link_renewed": _("Link to answer replaced"),
    "secretariat.link_sent": _("List of open answers sent to the secretariat"),
    "secretariat.link_renewed": _("The secretariat’s link replaced"),
}
KINDS |= {"meetings.secretariat.link": _("What awaits a secretariat’s answer")}
KEYS |= {
    "with_whom": (_("with whom"), {}),
    "next_step": (_("next step"), {}),
    "next_on": (_("next step due"), {}),
}
ANSWER_SHAPES = {
    "needs-action": "waiting",
    "accepted": "confirmed",
    "tentative": "option",
    "declined": "cancelled",
    "delegated": "confirmed",
}


class AnsweredFilter(OfferedFilter):
    """Those who have not answered, unless the reader asks for others."""

    title = _("answer")
    parameter_name = "answered"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("no", _("No answer yet")),
            ("due", _("To be chased today")),
            ("never", _("Never chased")),
            ("perhaps", _("Perhaps")),
            ("all", _("Everybody")),
        ]

    def choices(self, changelist: Any) -> Iterator[Any]:
        chosen = self.value() or "no"
        for value, label in self.lookup_choices:
            yield {
                "selected": str(value) == chosen,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": label,
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return self.narrow(queryset, self.value() or "no")

    def narrow(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        narrowed = {
            "no": lambda: queryset.filter(WAITING),
            "due": lambda: queryset.filter(WAITING, urgency=0),
            "never": lambda: queryset.filter(WAITING, contacted_at__isnull=True),
            "perhaps": lambda: queryset.filter(answer=Participant.Answer.TENTATIVE),
            "all": queryset.all,
        }.get(value, queryset.none)
        return narrowed()


class WhoFilter(OfferedFilter):
    title = _("who")
    parameter_name = "who"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("offices", _("Offices")), ("people", _("People"))]

    def narrow(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        return queryset.filter(office__isnull=value != "offices")


class OfficeFilter(OfferedFilter):
    """One office among those that are still to answer."""

    title = _("office")
    parameter_name = "office"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        user: Any = request.user
        waiting = to_chase(user, now=timezone.now()).filter(WAITING, office__isnull=False)
        offices = Office.objects.filter(pk__in=waiting.order_by().values("office"))
        return [(str(each.pk), str(each)) for each in offices.order_by("precedence", "pk")]

    def narrow(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        return queryset.filter(office=value)


class ContactForm(StepForm):
    channel = forms.ChoiceField(label=_("By"), choices=ContactNote.Channel.choices)
    with_whom = forms.CharField(
        label=_("With whom"), max_length=150, required=False, help_text=_("A name, a function.")
    )
    at = moment_field(label=_("When"), required=False, help_text=_("Empty: now."))
    note = forms.CharField(
        label=_("What was said"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=500,
        required=False,
    )
    answer = forms.ChoiceField(
        label=_("Their answer"),
        choices=[
            ("", _("No answer yet")),
            (Participant.Answer.ACCEPTED, _("Accepted")),
            (Participant.Answer.TENTATIVE, _("Perhaps")),
            (Participant.Answer.DECLINED, _("Declined")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )
    next_step = forms.CharField(label=_("Next step"), max_length=200, required=False)
    next_on = day_field(label=_("Next step due"), required=False)

    fields_of_refusals: ClassVar = {"starts_at": "answer"}


class SecretariatForm(StepForm):
    secretariat = forms.ModelChoiceField(Secretariat.objects.none(), label=_("Secretariat"))
    renew = forms.BooleanField(
        label=_("Close the links it has had"),
        required=False,
        help_text=_("When one got into the wrong hands."),
    )

    def prepare(self) -> None:
        field: Any = self.fields["secretariat"]
        field.queryset = _answering(self.row)
        self.initial["secretariat"] = field.queryset.first()


def _answering(row: Chase) -> "QuerySet[Secretariat]":
    rows = Secretariat.objects.filter(person=row.person_id, office=row.office_id, answers=True)
    return rows.order_by("pk")


def _note(request: HttpRequest, row: Chase, data: Mapping[str, Any]) -> None:
    by: Any = request.user
    operations.note_contact(participant_id=row.pk, by=by, **data)


def _renew(request: HttpRequest, row: Chase, data: Mapping[str, Any]) -> None:
    by: Any = request.user
    operations.renew_answer_link(participant_id=row.pk, by=by)


def _send(request: HttpRequest, row: Chase, data: Mapping[str, Any]) -> None:
    by: Any = request.user
    operations.send_secretariat_link(
        secretariat_id=data["secretariat"].pk, renew=data["renew"], by=by
    )


def _has_secretariat(row: Any) -> bool:
    who = row.person or row.office
    return any(each.answers for each in who.secretariats.all())


@admin.register(Chase)
class ChaseAdmin(DeskAdmin):
    region_path = "meeting__participation__region_id"
    may_add = may_change = False
    list_display = ("who", "what", "answered", "contact", "next")
    list_display_links = ("who",)
    list_filter = (AnsweredFilter, WhoFilter, OfficeFilter, RegionFilter)
    search_fields = (
        "person__last_name",
        "person__first_name",
        "office__title_fr",
        "meeting__subject_fr",
    )
    search_help_text = _("Who, or the subject of the meeting")
    select = (
        "person__region",
        "office",
        "meeting__participation__region",
        "meeting__edition",
        "meeting__room",
        "meeting__stand",
    )
    fields = ("meeting_link", "telephone", "answered", "sent", "comes_back", "link")
    readonly_fields = fields
    export_columns = (
        Column(_("Who"), lambda row: str(row), 40),
        Column(_("Telephone"), lambda row: ", ".join(n for _who, n in numbers(row))),
        Column(_("Address"), lambda row: row.email, 30),
        Column(_("Meeting"), lambda row: row.meeting.subject, 40),
        Column(_("Starts"), lambda row: row.meeting.starts_at),
        Column(_("Required"), lambda row: row.is_required),
        Column(_("Their answer"), lambda row: row.get_answer_display()),
        Column(_("Last contact"), lambda row: row.contacted_at),
        Column(_("With whom"), lambda row: row.contacted_who or ""),
        Column(_("What was said"), lambda row: row.contact_note or "", 40),
        Column(_("Next step"), lambda row: row.next_step or "", 30),
        Column(_("Next step due"), lambda row: row.next_on),
    )
    steps = (
        Step(
            name="contact",
            label=_("Note a contact"),
            run=_note,
            form=ContactForm,
            done=_("The contact is noted."),
            explain=_("A call, a mail or a word on the way: with whom, what was said, what next."),
            style="primary",
        ),
        Step(
            name="secretariat",
            label=_("Send the secretariat its list"),
            run=_send,
            form=SecretariatForm,
            done=_("The list is on its way to the secretariat."),
            explain=_(
                "A link to all meetings that await its answer, by mail to its own address. Mail "
                "to offices waits for approval."
            ),
            when=_has_secretariat,
        ),
        Step(
            name="renew",
            label=_("Replace the link to answer"),
            run=_renew,
            done=_("The former link is closed. The next mail carries the new one."),
            explain=_("For a link that got into the wrong hands: it opens nothing more, at once."),
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        user: Any = request.user
        rows = to_chase(user, now=timezone.now()).select_related(*self.select)
        theirs = Secretariat.objects.order_by("pk")
        result: QuerySet[Any] = in_order(
            rows.prefetch_related(
                Prefetch("person__secretariats", theirs), Prefetch("office__secretariats", theirs)
            )
        )
        return result

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        return ["urgency", "next_on", "meeting__starts_at", "pk"]

    def manages(self, request: HttpRequest, row: Any = None) -> bool:
        """The meeting's team, or the team of the person's region."""
        if row is None:
            return access_of(request.user).manages_anything
        own = row.person and access_of(request.user).manages(row.person.region_id)
        return bool(own) or super().manages(request, row)

    def panels(self, request: HttpRequest, row: Any) -> Iterable[Panel]:
        notes = [
            {
                "row": note,
                "at": short_moment(note.at),
                "next": " · ".join(filter(None, [short_day(note.next_on), note.next_step])),
            }
            for note in row.contact_notes.select_related("by").order_by("-at", "-pk")
        ]
        yield Panel(gettext("Contacts"), "admin/meetings/_contacts.html", {"notes": notes})
        user: Any = request.user
        incoming = IncomingMail.objects.visible_to(user).filter(participant=row.pk).defer("raw")
        mails = [
            {"row": mail, "at": short_moment(mail.received_at), "why": why(mail.reason)}
            for mail in incoming.order_by("-received_at", "-pk")[:20]
        ]
        if mails:
            yield Panel(gettext("What came by mail"), "admin/meetings/_came.html", {"mails": mails})

    @admin.display(description=_("who"))
    def who(self, row: Any) -> SafeString:
        flag = "" if row.is_required else gettext("(optional)")
        called = " · ".join(" ".join(filter(None, pair)) for pair in numbers(row))
        return format_html("<b>{}</b> {}<br>{}", wording.name(row), flag, called)

    @admin.display(description=_("telephone"))
    def telephone(self, row: Any) -> SafeString:
        return facts(
            format_html('{} <a href="tel:{}">{}</a>', who, number.replace(" ", ""), number)
            for who, number in numbers(row)
        )

    @admin.display(description=_("meeting"), ordering="meeting__starts_at")
    def what(self, row: Any) -> SafeString:
        moment = short_span(row.meeting.starts_at, row.meeting.ends_at)
        is_option = row.meeting.status == Meeting.Status.OPTION
        mark = state_mark("option", row.meeting.get_status_display()) if is_option else ""
        return format_html("{}<br>{} {}", row.meeting.subject, moment, mark)

    @admin.display(description=_("answer"), ordering="answer")
    def answered(self, row: Any) -> SafeString:
        mark = state_mark(ANSWER_SHAPES[row.answer], row.get_answer_display())
        if row.answer == Participant.Answer.NEEDS_ACTION and row.answered_earlier_time:
            return format_html("{}<br>{}", mark, gettext("Answered the earlier time"))
        return mark

    @admin.display(description=_("last contact"), ordering="contacted_at")
    def contact(self, row: Any) -> SafeString | str:
        if row.contacted_at is None:
            return gettext("None yet")
        with_whom = facts([short_day(row.contacted_at), row.contacted_who])
        return format_html("{}<br>{}", with_whom, row.contact_note or "")

    @admin.display(description=_("next step"), ordering="next_on")
    def next(self, row: Any) -> SafeString | str:
        day = short_day(row.next_on)
        if row.next_on and row.urgency == 0:
            return format_html("{} {}", state_mark("conflict", day), row.next_step or "")
        return facts([day, row.next_step])

    @admin.display(description=_("meeting"))
    def meeting_link(self, row: Any) -> SafeString:
        url = reverse("admin:meetings_meeting_change", args=[row.meeting_id])
        when = wording.when(row.meeting)
        return format_html('<a href="{}">{}</a><br>{}', url, row.meeting.subject, when)

    @admin.display(description=_("invitation"))
    def sent(self, row: Any) -> str:
        thread = f"{row.meeting.uid}:{row.public_id}"
        last = OutboxMessage.objects.filter(thread=thread).order_by("-pk").first()
        if last is None:
            return gettext("No mail has been written.")
        moment = short_moment(last.sent_at) if last.sent_at else last.get_state_display()
        return f"{moment} · {last.recipient}"

    @admin.display(description=_("mail that came back"))
    def comes_back(self, row: Any) -> str:
        who = row.person or row.office
        return str(getattr(who, "mail_failure", ""))

    @admin.display(description=_("link to answer"))
    def link(self, row: Any) -> SafeString | str:
        """Whoever may note their answer may answer for them: to be read out, or sent anew."""
        url = settings.BASE_URL + row.get_absolute_url()
        return format_html("<code>{}</code>", url)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_fields(request, obj)
        if obj is not None and not self.manages(request, obj):
            return [name for name in fields if name != "link"]
        return fields


def numbers(row: Any) -> list[tuple[str, str]]:
    """Whose telephone, and its number: the secretariats that answer first."""
    who = row.person or row.office
    found = [(each.name, each.phone) for each in who.secretariats.all() if each.phone]
    if row.person and row.person.contact_phone:
        found.append((row.person.contact_name, row.person.contact_phone))
    if who.phone:
        found.append(("", who.phone))
    return found
