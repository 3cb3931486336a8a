"""The steps of an application: what a regional team decides, and what it does for a company."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from pavilion.core.desk import OptionalReasonForm, ReasonForm, Step, StepForm
from pavilion.core.desk.step_forms import day_field
from startups import operations
from startups.dates import end_of
from startups.models import Application, Call, Decision
from startups.operations.applying.states import FOLLOWS

Status = Application.Status
Run = Callable[[HttpRequest, Any, Mapping[str, Any]], object]


class CorrectionForm(StepForm):
    message = forms.CharField(
        label=_("What is to be corrected"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=2000,
    )
    due_on = day_field(
        label=_("Until the end of"),
        required=False,
        help_text=_("This day included, Paris time. Empty: no deadline."),
    )
    fields_of_refusals: ClassVar = {"due_at": "due_on"}


class MoreTimeForm(OptionalReasonForm):
    due_on = day_field(label=_("Until the end of"), help_text=_("This day included, Paris time."))
    field_order = ("due_on", "reason")
    fields_of_refusals: ClassVar = {"due_at": "due_on"}


class WaitlistForm(OptionalReasonForm):
    rank = forms.IntegerField(
        label=_("Rank"), min_value=1, required=False, help_text=_("Empty: last on the list.")
    )
    field_order = ("rank", "reason")

    def prepare(self) -> None:
        super().prepare()
        if self.row is None:
            del self.fields["rank"]  # several at once follow each other


class PrepareForm(OptionalReasonForm):
    outcome = forms.ChoiceField(
        label=_("Decision"),
        choices=[*Decision.Outcome.choices, ("", _("None: drop what was prepared"))],
        widget=forms.RadioSelect,
        required=False,
    )
    note = forms.CharField(
        label=_("Note"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=1000,
        required=False,
        help_text=_("For the team only."),
    )
    field_order = ("outcome", "reason", "note")

    def prepare(self) -> None:
        super().prepare()
        self.fields["reason"].help_text = _("The mail to the company quotes it.")
        self.initial.setdefault("outcome", Decision.Outcome.SELECTED)
        decision = Decision.objects.pending().filter(application=self.row).first()
        if decision is not None:
            self.initial.update({name: getattr(decision, name) for name in self.fields})


def _calling(operation: Callable[..., object]) -> Run:
    """Run an operation with everything its form asked."""

    def run(request: HttpRequest, row: Application, data: Mapping[str, Any]) -> object:
        return operation(application_id=row.pk, by=request.user, **data)

    return run


def _until(data: Mapping[str, Any]) -> dict[str, Any]:
    """The day of a form as the moment it ends."""
    due_on = data["due_on"]
    rest = {name: value for name, value in data.items() if name != "due_on"}
    return {**rest, "due_at": end_of(due_on) if due_on else None}


def _ask_correction(request: HttpRequest, row: Application, data: Mapping[str, Any]) -> object:
    by: Any = request.user
    return operations.request_correction(application_id=row.pk, by=by, **_until(data))


def _give_time(request: HttpRequest, row: Application, data: Mapping[str, Any]) -> object:
    by: Any = request.user
    return operations.extend_correction(application_id=row.pk, by=by, **_until(data))


def _prepare(request: HttpRequest, row: Application, data: Mapping[str, Any]) -> None:
    by: Any = request.user
    if data["outcome"]:
        operations.prepare_decision(application_id=row.pk, by=by, **data)
    else:
        operations.drop_decision(application_id=row.pk, by=by)


def _may_be_prepared(application: Application) -> bool:
    return any(
        Status(outcome) in FOLLOWS[Status(application.status)] for outcome in Decision.Outcome
    )


def _send_link(request: HttpRequest, row: Application, data: Mapping[str, Any]) -> None:
    operations.send_link(call_id=row.call_id, contact_email=row.contact_email)


def _may_become(status: Application.Status) -> Callable[[Application], bool]:
    return lambda application: status in FOLLOWS[Status(application.status)]


def _may_be_waitlisted(application: Application) -> bool:
    may_move = application.status == Status.WAITLISTED
    return may_move or _may_become(Status.WAITLISTED)(application)


def _its_state(application: Application) -> str:
    words = {"status": application.get_status_display()}
    return gettext("Its state, “%(status)s”, does not allow this step.") % words


def _places_left(rows: Sequence[Application]) -> Iterator[str]:
    """The calls that have fewer places left than are chosen. One query."""
    chosen = Counter(row.call_id for row in rows)
    held = Count("applications", filter=Q(applications__status__in=["selected", "confirmed"]))
    calls: Any = Call.objects.filter(pk__in=chosen).select_related(
        "participation__region", "participation__edition"
    )
    for call in calls.annotate(held=held).order_by("pk"):
        left = max(0, call.places - call.held)
        if chosen[call.pk] > left:
            words = {"call": call, "chosen": chosen[call.pk], "left": left}
            sentence = ngettext(
                "%(call)s: %(chosen)d chosen, and %(left)d place is left. Those beyond it are "
                "refused.",
                "%(call)s: %(chosen)d chosen, and %(left)d places are left. Those beyond them are "
                "refused.",
                left,
            )
            yield sentence % words


DECISIONS = (
    Step(
        name="prepare",
        label=_("Prepare a decision"),
        run=_prepare,
        form=PrepareForm,
        explain=_("Nobody outside the team sees it before the decisions are released."),
        done=ngettext_lazy(
            "%(count)d decision prepared.", "%(count)d decisions prepared.", "count"
        ),
        bulk=ngettext_lazy("Prepare %(count)d decision", "Prepare %(count)d decisions", "count"),
        when=_may_be_prepared,
    ),
    Step(
        name="select",
        label=_("Select the application"),
        run=_calling(operations.select_application),
        form=OptionalReasonForm,
        explain=_("The company is offered its place by mail, with the date to confirm by."),
        done=ngettext_lazy(
            "%(count)d application selected.", "%(count)d applications selected.", "count"
        ),
        bulk=ngettext_lazy(
            "Select %(count)d application", "Select %(count)d applications", "count"
        ),
        when=_may_become(Status.SELECTED),
        why=_its_state,
        rehearses=True,
        caution=_places_left,
        style="primary",
    ),
    Step(
        name="waitlist",
        label=_("Put on the waiting list"),
        run=_calling(operations.waitlist_application),
        form=WaitlistForm,
        explain=_("The company learns its rank by mail."),
        done=ngettext_lazy(
            "%(count)d application on the waiting list.",
            "%(count)d applications on the waiting list.",
            "count",
        ),
        bulk=ngettext_lazy(
            "Put %(count)d application on the waiting list",
            "Put %(count)d applications on the waiting list",
            "count",
        ),
        when=_may_be_waitlisted,
        why=_its_state,
        rehearses=True,
    ),
    Step(
        name="eligible",
        label=_("Find eligible"),
        run=_calling(operations.mark_eligible),
        done=ngettext_lazy(
            "%(count)d application found eligible.",
            "%(count)d applications found eligible.",
            "count",
        ),
        bulk=ngettext_lazy(
            "Find %(count)d application eligible", "Find %(count)d applications eligible", "count"
        ),
        explain=_("Nothing is announced to the company."),
        when=_may_become(Status.ELIGIBLE),
        why=_its_state,
        rehearses=True,
    ),
    Step(
        name="ineligible",
        label=_("Find ineligible"),
        run=_calling(operations.mark_ineligible),
        form=OptionalReasonForm,
        done=_("The application is found ineligible."),
        explain=_("Nothing is announced to the company: a rejection does that."),
        when=_may_become(Status.INELIGIBLE),
    ),
    Step(
        name="correction",
        label=_("Ask for a correction"),
        run=_ask_correction,
        form=CorrectionForm,
        done=_("The company is asked to correct its application."),
        explain=_("Your words reach the company by mail; it can write in its application again."),
        when=_may_become(Status.INCOMPLETE),
    ),
    Step(
        name="give_time",
        label=_("Give more time to correct"),
        run=_give_time,
        form=MoreTimeForm,
        done=_("The company has more time, and is told by mail."),
        explain=_("Also when the deadline has passed: the company can write in it again."),
        when=lambda application: application.status == Status.INCOMPLETE,
    ),
    Step(
        name="reject",
        label=_("Turn down the application"),
        run=_calling(operations.reject_application),
        form=ReasonForm,
        done=ngettext_lazy(
            "%(count)d application turned down.", "%(count)d applications turned down.", "count"
        ),
        bulk=ngettext_lazy(
            "Turn down %(count)d application", "Turn down %(count)d applications", "count"
        ),
        explain=_("The mail to the company quotes the reason."),
        when=_may_become(Status.REJECTED),
        why=_its_state,
        style="danger",
    ),
    Step(
        name="confirm",
        label=_("Confirm for the company"),
        run=_calling(operations.confirm_application),
        done=_("The place is confirmed: the company is an exhibitor."),
        when=_may_become(Status.CONFIRMED),
        style="primary",
    ),
    Step(
        name="decline",
        label=_("Decline for the company"),
        run=_calling(operations.decline_application),
        form=OptionalReasonForm,
        done=_("The place is declined and free again."),
        when=_may_become(Status.DECLINED),
    ),
    Step(
        name="withdraw",
        label=_("Withdraw for the company"),
        run=_calling(operations.withdraw_application),
        form=OptionalReasonForm,
        done=_("The application is withdrawn."),
        explain=_("An exhibitor loses its coming half-days."),
        when=_may_become(Status.WITHDRAWN),
        style="danger",
    ),
    Step(
        name="link",
        label=_("Send its private link again"),
        run=_send_link,
        done=_("The link leaves by mail to the contact’s address."),
    ),
    Step(
        name="renew_link",
        label=_("Replace its private link"),
        run=_calling(operations.renew_application_link),
        done=_("The former link is closed; the new one leaves by mail to the contact’s address."),
        explain=_("For a link that got into the wrong hands: it opens nothing more, at once."),
    ),
)
