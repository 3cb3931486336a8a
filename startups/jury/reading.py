"""What a reviewer reads: their files, and one file without what a jury has no business with.

No contact, no address but the town, no tax number: a jury judges a project, it does not call.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pavilion.core.models import User
from startups import dates, eligibility
from startups.answers import standing
from startups.models import Answer, Application, Call, Question, Review
from startups.operations import is_open_to_jury

Kind = Question.Kind


@dataclass
class Pile:
    """A reviewer's files of one call."""

    call: Call
    to_read: list[Review] = field(default_factory=list)
    done: list[Review] = field(default_factory=list)
    recused: list[Review] = field(default_factory=list)
    # Neither scored nor to be scored any more: withdrawn, turned away, decided.
    closed: list[Review] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.to_read) + len(self.done)

    @property
    def first(self) -> Review | None:
        return self.to_read[0] if self.to_read else None


def piles(user: User) -> list[Pile]:
    """One query, whatever the number of files."""
    reviews = Review.objects.visible_to(user).filter(reviewer=user)
    found: dict[int, Pile] = {}
    for review in reviews.select_related(
        "application__theme",
        "application__call__participation__region",
        "application__call__participation__edition",
    ).order_by("-application__call__closes_at", "pk"):
        pile = found.setdefault(review.application.call_id, Pile(review.application.call))
        _part(pile, review).append(review)
    return list(found.values())


def _part(pile: Pile, review: Review) -> list[Review]:
    if review.status == Review.Status.RECUSED:
        return pile.recused
    if review.status == Review.Status.DONE:
        return pile.done
    return pile.to_read if is_open_to_jury(review.application) else pile.closed


@dataclass(frozen=True)
class Neighbours:
    """The files before and after one in its reader's pile, and the next still to read."""

    before: int | None
    after: int | None
    to_read: int | None
    place: int
    count: int


def neighbours(review: Review) -> Neighbours:
    """One query."""
    mine = (
        Review.objects.of_submitted()
        .filter(reviewer=review.reviewer_id, application__call=review.application.call_id)
        .exclude(status=Review.Status.RECUSED)
    )
    rows = list(
        mine.select_related("application__call")
        .only("status", "application__status", "application__call__released_at")
        .order_by("pk")
    )
    keys = [row.pk for row in rows]
    place = keys.index(review.pk) if review.pk in keys else 0
    # From here on, then from the start: nothing is left behind.
    unread = [
        row.pk
        for row in (*rows[place + 1 :], *rows[:place])
        if row.status == Review.Status.ASSIGNED and is_open_to_jury(row.application)
    ]
    return Neighbours(
        before=keys[place - 1] if place > 0 else None,
        after=keys[place + 1] if place + 1 < len(keys) else None,
        to_read=unread[0] if unread else None,
        place=place + 1,
        count=len(keys),
    )


@dataclass(frozen=True)
class Fact:
    label: str
    value: str


def facts(application: Application) -> list[Fact]:
    """The company in figures."""
    company = application
    told = [
        (_("Legal name"), company.legal_name),
        (_("Town"), _town(company)),
        (_("Founded"), _founded(company)),
        (_("Headcount"), company.get_headcount_band_display()),
        (
            _("Yearly turnover"),
            "" if company.revenue is None else eligibility.euros(company.revenue),
        ),
        (_("Women among the founders"), _women(company)),
        (_("Theme"), str(company.theme or "")),
        (_("Technology readiness"), f"TRL {company.trl}" if company.trl else ""),
        (_("Exhibited before"), _exhibited(company)),
        (_("Companies register"), company.get_company_check_display()),
    ]
    return [Fact(label, str(value)) for label, value in told if value]


def _town(company: Application) -> str:
    return f"{company.city} ({company.department})" if company.department else company.city


def _founded(company: Application) -> str:
    if company.founded_on is None:
        return ""
    years = eligibility.age(company.founded_on, day_of_ages(company.call))
    spoken = ngettext("%(years)d year", "%(years)d years", years) % {"years": years}
    return f"{dates.day(company.founded_on)} ({spoken})"


def day_of_ages(call: Call) -> date:
    """Companies are as old as they are when the call closes."""
    return timezone.localtime(call.closes_at, timezone.get_default_timezone()).date()


def _women(company: Application) -> str:
    if company.founders is None or company.women_founders is None:
        return ""
    return _("%(women)s of %(founders)s") % {
        "women": company.women_founders,
        "founders": company.founders,
    }


def _exhibited(company: Application) -> str:
    if company.has_exhibited is None:
        return ""
    return _("already exhibited") if company.has_exhibited else _("never exhibited")


@dataclass(frozen=True)
class Said:
    """One answer as a page shows it: a text, lines of a block, or a file."""

    question: Question
    text: str = ""
    blocks: Sequence[Sequence[Fact]] = ()
    url: str = ""


def answers(application: Application) -> list[Said]:
    """What the region asked and shows its jury. One query."""
    given = (
        Answer.objects.filter(application=application)
        .select_related("question__depends_on")
        .order_by("question__position", "question__pk")
    )
    read = [answer for answer in standing(given) if answer.question.is_read_by_jury]
    return [said for answer in read if (said := _said(answer)) is not None]


def _said(answer: Answer) -> Said | None:
    question, value = answer.question, answer.value
    if question.kind == Kind.FILE:
        if not answer.file:
            return None
        url = reverse("startups:desk_answer_file", args=[answer.application_id, question.key])
        return Said(question, text=answer.file_name, url=url)
    if value in (None, "", []):
        return None
    if question.kind == Kind.GROUP:
        return Said(question, blocks=[list(_block(question, each)) for each in value])
    return Said(question, text=_spoken(question.kind, value, question.options))


def _block(question: Question, block: dict[str, Any]) -> Iterator[Fact]:
    for part in question.parts:
        value = block.get(part["key"])
        if value not in (None, ""):
            yield Fact(_word(part), _spoken(part.get("kind", Kind.TEXT), value))


def _spoken(kind: str, value: Any, options: Iterable[dict[str, str]] = ()) -> str:
    labels = {option["value"]: _word(option) for option in options}
    if kind == Kind.YES_NO:
        return _("Yes") if value else _("No")
    if kind == Kind.NUMBER:
        return number_format(value, force_grouping=True)
    if kind == Kind.DATE:
        return _day(value)
    if kind == Kind.CHOICES:
        return ", ".join(labels.get(each, str(each)) for each in value)
    if kind == Kind.CHOICE:
        return labels.get(value, str(value))
    return str(value)


def _day(value: str) -> str:
    try:
        return dates.day(date.fromisoformat(value))
    except ValueError:
        return value


def _word(texts: Mapping[str, Any]) -> str:
    """A choice or a part of a block in the reader's language, French when that is empty."""
    code = (translation.get_language() or "fr")[:2]
    return str(texts.get(code) or texts.get("fr") or texts.get("value") or texts.get("key", ""))
