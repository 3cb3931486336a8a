"""What an exhibitor has to do before the fair, what is done, and until when.

One exhibitor's items come from what is loaded with it (`PREFETCH`); all exhibitors that still have
to do one item come from the database (`undone`), for chasers and for the list's filter.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from startups import aid, answers
from startups.dates import localday
from startups.models import (
    AidDeclaration,
    Answer,
    CharterSignature,
    ChecklistDeadline,
    ChecklistItem,
    Exhibitor,
    Question,
)

CHARTER, AID, LOGO = ChecklistItem.CHARTER, ChecklistItem.AID, ChecklistItem.LOGO
PITCH, NEEDS = ChecklistItem.PITCH, ChecklistItem.NEEDS
BADGES, QUESTIONS = ChecklistItem.BADGES, ChecklistItem.QUESTIONS

# Printed, ordered or handed on from their deadline on: then only the region lets them be changed.
FROZEN_WHEN_DONE = frozenset({PITCH, NEEDS, BADGES})

PREFETCH: tuple[Any, ...] = (
    Prefetch("signatures", CharterSignature.objects.defer("text").order_by("version")),
    "aid_declaration__aids",
    "badges",
    "application__call__deadlines",
    Prefetch(
        "application__call__questions",
        Question.objects.in_order().filter(stage=Question.Stage.LATER).select_related("depends_on"),
        to_attr="asked_later",
    ),
    Prefetch("application__answers", Answer.objects.select_related("question")),
)


@dataclass(frozen=True)
class Item:
    key: str
    label: str
    due_at: datetime
    is_done: bool
    is_overdue: bool
    # What is known of it: "signed by …", "2 of 3 badges".
    detail: str = ""
    # Done, past its deadline, and no longer the company's to change.
    is_frozen: bool = False


@dataclass(frozen=True)
class Progress:
    items: list[Item]

    @property
    def done(self) -> int:
        return sum(item.is_done for item in self.items)

    @property
    def late(self) -> list[Item]:
        return [item for item in self.items if item.is_overdue]

    @property
    def missing(self) -> list[Item]:
        return [item for item in self.items if not item.is_done]

    @property
    def is_complete(self) -> bool:
        return not self.missing

    @property
    def next(self) -> Item | None:
        """What is to be done first."""
        return min(self.missing, key=lambda item: item.due_at, default=None)


def progress(exhibitor: Exhibitor, now: datetime | None = None) -> Progress:
    return Progress(items(exhibitor, now))


def items(exhibitor: Exhibitor, now: datetime | None = None) -> list[Item]:
    """What the call asks of this exhibitor, in the order of the deadlines. No query of its own
    where `PREFETCH` was used."""
    now = now or timezone.now()
    due = {row.item: row.due_at for row in exhibitor.application.call.deadlines.all()}
    found = []
    for key, due_at in sorted(due.items(), key=lambda pair: (pair[1], _ORDER[pair[0]])):
        told = _TELLERS[key](exhibitor)
        if told is None:
            continue
        is_done, detail = told
        is_past = now > due_at
        found.append(
            Item(
                key=key,
                label=str(ChecklistItem(key).label),
                due_at=due_at,
                is_done=is_done,
                is_overdue=is_past and not is_done,
                detail=detail,
                is_frozen=is_past and is_done and key in FROZEN_WHEN_DONE,
            )
        )
    return found


def standing(exhibitor: Exhibitor, today: date | None = None) -> aid.Standing | None:
    """The company's de minimis sum on the day its stand is granted; None before it declared.

    That day is the one the charter was first signed, today while it is not, and never later than
    the first day of the fair.
    """
    declaration = getattr(exhibitor, "aid_declaration", None)
    if declaration is None:
        return None
    signed = [signature.signed_at for signature in exhibitor.signatures.all()]
    day = timezone.localtime(min(signed)).date() if signed else today or timezone.localdate()
    return aid.standing(
        (aid.Grant(each.granted_on, each.amount) for each in declaration.aids.all()),
        day=min(day, exhibitor.participation.edition.starts_on),
        advantage=exhibitor.application.call.advantage,
    )


# --- One exhibitor: whether an item is done and what to say of it; None when it is not asked ------

Told = tuple[bool, str] | None


def _charter(exhibitor: Exhibitor) -> Told:
    version = exhibitor.application.call.charter_version
    signatures = list(exhibitor.signatures.all())
    for signature in signatures:
        if signature.version == version:
            words = {"name": signature.name, "day": localday(signature.signed_at)}
            return True, _("Signed by %(name)s on %(day)s") % words
    return False, _("A newer version is to be signed") if signatures else ""


def _aid(exhibitor: Exhibitor) -> Told:
    declaration = getattr(exhibitor, "aid_declaration", None)
    if declaration is None:
        return False, ""
    if declaration.has_none:
        return True, _("No aid received")
    count = len(declaration.aids.all())
    return True, ngettext("%(count)d aid declared", "%(count)d aids declared", count) % {
        "count": count
    }


def _logo(exhibitor: Exhibitor) -> Told:
    if not exhibitor.vector_logo:
        return False, ""
    return True, _("Received (%(kind)s)") % {
        "kind": (exhibitor.vector_logo.name or "").rsplit(".", 1)[-1].upper()
    }


def _pitch(exhibitor: Exhibitor) -> Told:
    return _checked(exhibitor.pitch_checked_at)


def _needs(exhibitor: Exhibitor) -> Told:
    return _checked(exhibitor.needs_checked_at)


def _checked(at: datetime | None) -> Told:
    return at is not None, _("Confirmed on %(day)s") % {"day": localday(at)} if at else ""


def _badges(exhibitor: Exhibitor) -> Told:
    count, quota = len(exhibitor.badges.all()), exhibitor.application.call.badge_quota
    if not quota:
        return None
    named = ngettext(
        "%(count)d person of %(quota)d named", "%(count)d people of %(quota)d named", count
    ) % {"count": count, "quota": quota}
    return exhibitor.badges_checked_at is not None, named if count else ""


def _questions(exhibitor: Exhibitor) -> Told:
    asked = asked_later(exhibitor)
    if not asked:
        return None
    lacking = unanswered(exhibitor)
    if not lacking:
        return True, ""
    return False, ngettext(
        "%(count)d answer is missing", "%(count)d answers are missing", len(lacking)
    ) % {"count": len(lacking)}


def asked_later(exhibitor: Exhibitor) -> list[Question]:
    call = exhibitor.application.call
    loaded: list[Question] | None = getattr(call, "asked_later", None)
    return answers.asked(call, Question.Stage.LATER) if loaded is None else loaded


def unanswered(exhibitor: Exhibitor) -> list[Question]:
    """Required questions that apply and have no answer, whenever they become required."""
    asked = asked_later(exhibitor)
    given = {
        answer.question.key: answers.value_of(answer)
        for answer in exhibitor.application.answers.all()
    }
    apply = answers.shown(asked, given)
    return [
        question
        for question in asked
        if question.is_required
        and question.key in apply
        and answers.is_empty(given.get(question.key))
    ]


_TELLERS: Mapping[str, Callable[[Exhibitor], Told]] = {
    CHARTER: _charter,
    AID: _aid,
    LOGO: _logo,
    PITCH: _pitch,
    NEEDS: _needs,
    BADGES: _badges,
    QUESTIONS: _questions,
}
_ORDER = {item: position for position, item in enumerate(ChecklistItem.values)}


# --- All exhibitors -------------------------------------------------------------------------------


def undone(item: str, now: datetime | None = None) -> QuerySet[Exhibitor]:
    """Present exhibitors that were asked this item and have not done it; `item_due_at` until when.

    Of fairs that are not over. Whoever has done it, left or was never asked is not there.
    """
    today = timezone.localtime(now or timezone.now()).date()
    deadline = _deadline(item)
    return (
        Exhibitor.objects.present()
        .filter(
            Exists(deadline),
            _is_undone(item),
            application__status="confirmed",
            participation__edition__ends_on__gte=today,
        )
        .annotate(item_due_at=Subquery(deadline.values("due_at")[:1]))
    )


def having(state: str, now: datetime) -> Q:
    """Exhibitors whose checklist is "late", "incomplete" (in time so far) or "complete".

    Nobody is late for a fair that is over.
    """
    missing, late = Q(pk__in=[]), Q(pk__in=[])
    for item in ChecklistItem.values:
        is_undone = _is_undone(item)
        missing |= Q(Exists(_deadline(item))) & is_undone
        late |= Q(Exists(_deadline(item).filter(due_at__lt=now))) & is_undone
    today = timezone.localtime(now).date()
    is_to_come = Q(participation__edition__ends_on__gte=today)
    return {"late": late & is_to_come, "incomplete": missing & ~late, "complete": ~missing}[state]


def _deadline(item: str) -> QuerySet[ChecklistDeadline]:
    return ChecklistDeadline.objects.filter(call=OuterRef("application__call"), item=item)


def _is_undone(item: str) -> Q:
    if item == CHARTER:
        signed = CharterSignature.objects.filter(
            exhibitor=OuterRef("pk"), version=OuterRef("application__call__charter_version")
        )
        return ~Q(Exists(signed))
    if item == AID:
        return ~Q(Exists(AidDeclaration.objects.filter(exhibitor=OuterRef("pk"))))
    if item == LOGO:
        return Q(vector_logo="")
    if item == QUESTIONS:
        return _lacks_answers()
    unchecked = Q(**{f"{item}_checked_at__isnull": True})
    return unchecked & Q(application__call__badge_quota__gt=0) if item == BADGES else unchecked


def _lacks_answers() -> Q:
    """What depends on another answer is asked one exhibitor at a time: few calls do it."""
    required = Question.objects.filter(
        call=OuterRef("application__call"),
        stage=Question.Stage.LATER,
        is_active=True,
        is_required=True,
    )
    given = Answer.objects.filter(
        question=OuterRef("pk"), application=OuterRef(OuterRef("application"))
    ).exclude(Q(file="") & (Q(value__isnull=True) | Q(value="") | Q(value=[])))
    lacking = required.exclude(Exists(given))
    for_sure = Q(Exists(lacking.filter(depends_on__isnull=True)))
    perhaps = (
        Exhibitor.objects.present()
        .filter(Exists(lacking.filter(depends_on__isnull=False)))
        .select_related("application__call")
        .prefetch_related(*PREFETCH)
    )
    return for_sure | Q(pk__in=[each.pk for each in _without_answers(perhaps)])


def _without_answers(exhibitors: Iterable[Exhibitor]) -> Iterable[Exhibitor]:
    return (exhibitor for exhibitor in exhibitors if unanswered(exhibitor))
