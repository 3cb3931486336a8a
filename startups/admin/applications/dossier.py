"""One screen about one application: everything the desk knows of it, and what to do next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.models import HalfDay
from pavilion.core.access import access_of
from pavilion.core.desk import KINDS, short_day, short_moment
from pavilion.core.models import OutboxMessage
from startups import answers, checklist, eligibility, operations
from startups.admin.applications.marks import status_mark
from startups.jury import marks
from startups.models import Answer, Application, Decision, Exhibitor, Question, Review

Status = Application.Status

# The first of these that can be done now is what the desk most likely came for.
NEXT: dict[str, tuple[str, ...]] = {
    Status.SUBMITTED: ("eligible", "prepare", "select"),
    Status.INCOMPLETE: ("give_time", "correction"),
    Status.ELIGIBLE: ("prepare", "select"),
    Status.INELIGIBLE: ("prepare", "reject"),
    Status.SELECTED: ("write", "confirm"),
    Status.WAITLISTED: ("select",),
    Status.CONFIRMED: ("write",),
    Status.DECLINED: ("select",),
    Status.REJECTED: (),
}
MAILS_SHOWN = 30


@dataclass(frozen=True)
class Fact:
    label: str
    value: object
    # Shown as a warning: something is wrong with it.
    is_wrong: bool = False
    url: str = ""


@dataclass(frozen=True)
class Jury:
    """What reviewers made of it so far."""

    reviews: Sequence[Review]
    wanted: int
    mean: str = ""
    spread: str = ""
    is_disputed: bool = False

    @property
    def done(self) -> int:
        return sum(review.status == Review.Status.DONE for review in self.reviews)


@dataclass(frozen=True)
class Said:
    """An answer to one of the region's questions, in words, or a file."""

    label: str
    text: str
    stage: str = ""
    url: str = ""


@dataclass(frozen=True)
class Mail:
    pk: int
    what: str
    subject: str
    state: str
    when: str
    is_stuck: bool


@dataclass(frozen=True)
class Dossier:
    """What the page shows. A reviewer's holds no more than the jury's own page."""

    application: Application
    is_desk: bool
    standing: str
    primary: dict[str, Any] | None
    others: Sequence[dict[str, Any]]
    grave: Sequence[dict[str, Any]]
    company: Sequence[Fact]
    findings: Sequence[eligibility.Finding]
    said: Sequence[Said]
    contact: Sequence[Fact] = ()
    stand: Sequence[Fact] = ()
    commitments: Sequence[Fact] = ()
    jury: Jury | None = None
    decision: Decision | None = None
    exhibitor: Exhibitor | None = None
    progress: checklist.Progress | None = None
    mails: Sequence[Mail] = ()
    elsewhere: Sequence[dict[str, Any]] = ()
    review_url: str = ""

    @property
    def mark(self) -> SafeString:
        return status_mark(self.application)


def of(application: Application, request: HttpRequest, buttons: list[dict[str, Any]]) -> Dossier:
    """The same number of queries for every application of a state."""
    user: Any = request.user
    access = access_of(user)
    is_desk = access.is_national or application.region_code in access.desk_codes
    primary = _primary(application, buttons)
    rest = [button for button in buttons if button is not primary]
    company = list(_company(application))
    shared: dict[str, Any] = {
        "application": application,
        "is_desk": is_desk,
        "primary": primary,
        "others": [button for button in rest if button["step"].style != "danger"],
        "grave": [button for button in rest if button["step"].style == "danger"],
        "findings": eligibility.findings(application),
    }
    if not is_desk:
        return Dossier(
            **shared,
            standing="",
            company=[fact for fact in company if fact.label in _for_jury()],
            said=_said(application, for_jury=True),
            review_url=_review_url(application, user),
        )
    reviews = _reviews(application)
    decision = Decision.objects.select_related("prepared_by").filter(application=application)
    pending = decision.pending().first()
    exhibitor = _exhibitor(application)
    return Dossier(
        **shared,
        standing=_standing(application, reviews, pending, exhibitor),
        company=company,
        said=_said(application),
        contact=list(_contact(application)),
        stand=list(_stand(application)),
        commitments=list(_commitments(application)),
        jury=reviews,
        decision=pending,
        exhibitor=exhibitor,
        progress=checklist.progress(exhibitor) if exhibitor else None,
        mails=_mails(application, user),
        elsewhere=_elsewhere(application),
    )


def _review_url(application: Application, user: Any) -> str:
    """Where this reader scores it."""
    mine = Review.objects.filter(application=application, reviewer=user)
    review = mine.exclude(status=Review.Status.RECUSED).first()
    return reverse("startups:jury_review", args=[review.pk]) if review else ""


def _primary(application: Application, buttons: list[dict[str, Any]]) -> dict[str, Any] | None:
    offered = {button["step"].name: button for button in buttons}
    wanted = NEXT.get(application.status, ())
    return next((offered[name] for name in wanted if name in offered), None)


def _standing(
    application: Application, reviews: Jury, decision: Decision | None, exhibitor: Exhibitor | None
) -> str:
    """Where it stands, in one sentence."""
    now = timezone.now()
    status = application.status
    if decision:
        words = {"decision": decision.get_outcome_display(), "who": decision.prepared_by or "–"}
        return _("Prepared and not announced: %(decision)s (%(who)s).") % words
    if status in (Status.SUBMITTED, Status.ELIGIBLE):
        count = {"done": reviews.done, "wanted": reviews.wanted}
        if now < application.call.closes_at:
            day = {"day": short_moment(application.call.closes_at)}
            return _("The company may change it until the call closes, on %(day)s.") % day
        return _("Awaits a decision; %(done)s of %(wanted)s reviews are in.") % count
    if status == Status.INCOMPLETE:
        due = {"day": short_moment(application.correction_due_at)}
        if application.correction_due_at is None:
            return _("The company is to correct it.")
        if application.correction_due_at < now:
            return _("The correction was due on %(day)s and has not come.") % due
        return _("The company is to correct it by %(day)s.") % due
    if status == Status.SELECTED and application.confirm_by:
        day = {"day": short_moment(application.confirm_by)}
        if application.confirm_by < now:
            return _("Was to confirm by %(day)s and has not.") % day
        return _("A place is offered; to confirm by %(day)s.") % day
    if status == Status.WAITLISTED:
        return _("Rank %(rank)s on the waiting list.") % {"rank": application.waiting_rank}
    if status == Status.DECLINED and application.lapsed_at:
        return _("The offer lapsed on %(day)s.") % {"day": short_day(application.lapsed_at)}
    if exhibitor and exhibitor.left_at is None:
        return _("An exhibitor since %(day)s.") % {"day": short_day(exhibitor.confirmed_at)}
    return ""


# --- The company and its people ---


def _company(application: Application) -> Iterable[Fact]:
    record = application.company_record or {}
    naf = " · ".join(filter(None, (application.naf_code, application.naf_version)))
    headcount = application.get_headcount_band_display() if application.headcount_band else ""
    place = f"{application.postcode} {application.city}".strip()
    told = (
        Fact(_("Legal name"), application.legal_name),
        Fact("SIRET", spaced(application.siret)),
        Fact("SIREN", "" if application.siret else spaced(application.siren)),
        _register(application),
        Fact(_("Name in the register"), _differing(record.get("name"), application.legal_name)),
        Fact(_("Founded"), short_day(application.founded_on)),
        Fact(_("Headcount"), headcount),
        Fact(
            _("Turnover"),
            "" if application.revenue is None else eligibility.euros(application.revenue),
        ),
        Fact(_("Head office"), ", ".join(filter(None, (application.address, place)))),
        Fact(_("Activity (NAF)"), naf),
        Fact(_("Founders"), _founders(application)),
        Fact(_("Exhibited before"), _exhibited(application)),
        Fact(_("Website"), application.website, url=application.website),
    )
    return (fact for fact in told if fact.value)


def _for_jury() -> set[str]:
    """What a jury reads of a company: nothing to call it by."""
    return {_("Legal name"), _("Founded"), _("Headcount"), _("Turnover"), _("Founders")}


def spaced(number: str) -> str:
    """A SIRET as people read it: 123 456 789 00012."""
    parts = (number[:3], number[3:6], number[6:9], number[9:])
    return "\u00a0".join(part for part in parts if part)


def _said(application: Application, *, for_jury: bool = False) -> list[Said]:
    """What the region asked, in its order; later answers after those of the application."""
    rows = Answer.objects.filter(application=application).select_related("question__depends_on")
    found = []
    # "now" stands before "later" when the stages are turned around.
    rows = rows.order_by("-question__stage", "question__position", "question__pk")
    for answer in answers.standing(rows):
        question = answer.question
        if for_jury and not question.is_read_by_jury:
            continue
        is_later = question.stage == Question.Stage.LATER
        stage = str(question.get_stage_display()) if is_later else ""
        if answer.file:
            url = reverse("startups:desk_answer_file", args=[application.pk, question.key])
            found.append(Said(question.label, answer.file_name, stage, url))
        elif text := answers.in_words(question, answer.value):
            found.append(Said(question.label, text, stage))
    return found


def _register(application: Application) -> Fact:
    Check = Application.CompanyCheck
    label, state = _("Register"), application.company_check
    if not state:
        return Fact(label, _("never asked"))
    said = application.get_company_check_display()
    when = short_day(application.company_checked_at)
    text = f"{said}, {when}" if when else said
    return Fact(label, text, is_wrong=state in (Check.CLOSED, Check.UNKNOWN))


def _differing(registered: object, written: str) -> str:
    name = str(registered or "")
    return name if name.casefold() != written.casefold() else ""


def _founders(application: Application) -> str:
    if application.founders is None:
        return ""
    women = application.women_founders
    if women is None:
        return str(application.founders)
    words = {"founders": application.founders, "women": women}
    return (
        ngettext(
            "%(founders)d, of whom %(women)d woman", "%(founders)d, of whom %(women)d women", women
        )
        % words
    )


def _exhibited(application: Application) -> str:
    if application.has_exhibited is None:
        return ""
    return _("already exhibited") if application.has_exhibited else _("never exhibited")


def _contact(application: Application) -> Iterable[Fact]:
    told = (
        Fact(_("Name"), application.contact_name),
        Fact(_("Function"), application.contact_role),
        Fact(_("E-mail"), application.contact_email, url=f"mailto:{application.contact_email}"),
        Fact(_("Telephone"), application.contact_phone),
        Fact(_("Language"), application.get_language_display()),
    )
    return (fact for fact in told if fact.value)


def _stand(application: Application) -> Iterable[Fact]:
    wished = application.wanted_half_days.order_by("starts_at", "pk")
    told = (
        Fact(_("Half-days wished"), spoken(wished)),
        Fact(_("Technical needs"), spoken_needs(application)),
    )
    return (fact for fact in told if fact.value)


def _commitments(application: Application) -> Iterable[Fact]:
    notice = " · ".join(
        filter(
            None,
            (application.privacy_notice_version, short_moment(application.privacy_notice_at)),
        )
    )
    told = (
        Fact(_("Submitted"), short_moment(application.submitted_at)),
        Fact(_("Commitments made"), short_moment(application.commitments_at)),
        Fact(_("Privacy notice read"), notice),
        Fact(_("Late-entry code"), application.late_code or ""),
        Fact(_("Reason given to the company"), application.decision_reason),
    )
    return (fact for fact in told if fact.value)


def spoken_needs(application: Application) -> str:
    parts = [
        application.power_watts and f"{application.power_watts} W",
        application.needs_screen and _("screen"),
        application.needs_wired_network and _("wired network"),
        application.needs_storage and _("storage"),
        application.needs_water and _("water"),
        application.heavy_load and f"{application.heavy_load} kg/m²",
        application.needs_accessible_stand and _("wheelchair accessible stand"),
        application.wifi_network and _("Wi-Fi “%(name)s”") % {"name": application.wifi_network},
        application.technical_notes,
    ]
    return " · ".join(str(part) for part in parts if part)


def spoken(half_days: Iterable[HalfDay]) -> str:
    return " · ".join(half_day.short_label for half_day in half_days)


# --- What others made of it ---


def _reviews(application: Application) -> Jury:
    rows = Review.objects.filter(application=application).select_related("reviewer")
    reviews = list(rows.order_by("done_at", "pk"))
    means = [review.mean for review in reviews if review.mean is not None]
    wanted = application.call.reviews_each
    if not means:
        return Jury(reviews, wanted)
    return Jury(
        reviews,
        wanted,
        mean=number_format(marks.average(means), 2),
        spread=number_format(marks.deviation(means), 2) if len(means) > 1 else "",
        is_disputed=max(means) - min(means) > marks.DISAGREEMENT,
    )


def _exhibitor(application: Application) -> Exhibitor | None:
    rows = Exhibitor.objects.filter(application=application).select_related(
        "participation__edition",
        "aid_declaration",
        "application__call__participation__region",
        "application__call__participation__edition",
    )
    return rows.prefetch_related(*checklist.PREFETCH).first()


def _mails(application: Application, user: Any) -> list[Mail]:
    """Those to its contact since it was begun: messages know their recipient, not their subject."""
    rows = OutboxMessage.objects.visible_to(user).filter(
        kind__startswith="startups.",
        region_code=application.region_code,
        recipient__iexact=application.contact_email,
        created_at__gte=application.created_at,
    )
    stuck = (OutboxMessage.State.FAILED, OutboxMessage.State.HELD)
    return [
        Mail(
            pk=row.pk,
            what=str(KINDS.get(row.kind, row.kind)),
            subject=row.subject,
            state=row.get_state_display(),
            when=short_moment(row.sent_at or row.created_at),
            is_stuck=row.state in stuck,
        )
        for row in rows.order_by("-created_at", "-pk")[:MAILS_SHOWN]
    ]


def _elsewhere(application: Application) -> list[dict[str, Any]]:
    return [
        {"region": other.call.participation.region, "mark": status_mark(other), "row": other}
        for other in operations.applications_elsewhere(application)
    ]
