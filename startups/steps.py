"""The steps of an application: what each asks, what is required, what is still missing.

Names are those of the form: columns of the application, the three commitments, and `q:<key>` for
a region's own questions.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from startups import answers
from startups.columns import NEEDS
from startups.models import Answer, Application, Call, Question

COMPANY, PROJECT, PRESENCE = "company", "project", "presence"
QUESTIONS, CONTACT, COMMITMENTS = "questions", "contact", "commitments"

# Made together: their moment is `commitments_at`.
PROMISES = ("will_be_present", "keeps_charter", "is_accurate")

FIELDS: Mapping[str, tuple[str, ...]] = {
    COMPANY: (
        "siret",
        "legal_name",
        "display_name",
        "address",
        "postcode",
        "city",
        "founded_on",
        "headcount_band",
        "revenue",
        "has_exhibited",
        "founders",
        "women_founders",
    ),
    PROJECT: ("theme", "trl", "pitch_fr", "pitch_en", "website", "logo"),
    PRESENCE: ("wanted_half_days", *NEEDS),
    CONTACT: ("contact_name", "contact_role", "contact_email", "contact_phone", "language"),
    COMMITMENTS: PROMISES,
}
COLUMNS = frozenset(name for names in FIELDS.values() for name in names)
TITLES = {
    COMPANY: _("Your company"),
    PROJECT: _("Your project"),
    PRESENCE: _("Your presence"),
    QUESTIONS: _("The region’s questions"),
    CONTACT: _("Who to write to"),
    COMMITMENTS: pgettext_lazy("last step of the form", "Check and submit"),
}


@dataclass(frozen=True)
class Step:
    key: str
    fields: tuple[str, ...]

    @property
    def title(self) -> str:
        return str(TITLES[self.key])


def of(call: Call, questions: Sequence[Question]) -> list[Step]:
    """The steps in order; the region's questions only where there are some."""
    own = tuple(answers.name_of(question) for question in questions)
    by_key = {
        key: tuple(name for name in names if _asks(call, name)) for key, names in FIELDS.items()
    }
    order = (COMPANY, PROJECT, PRESENCE, QUESTIONS, CONTACT, COMMITMENTS)
    return [
        Step(key, own if key == QUESTIONS else by_key[key])
        for key in order
        if key != QUESTIONS or own
    ]


def asked_now(call: Call) -> list[Question]:
    return answers.asked(call)


def _asks(call: Call, name: str) -> bool:
    """Nothing is asked that no rule of the call looks at."""
    return name != "revenue" or call.max_revenue is not None


def required(call: Call) -> list[str]:
    """Columns that a submission to this call must hold, in the order of the form."""
    wanted = {*Application.REQUIRED, "wanted_half_days"}
    if call.only_head_office:
        wanted |= {"postcode", "city"}
    if call.max_revenue is not None:
        wanted.add("revenue")
    if call.only_first_participation:
        wanted.add("has_exhibited")
    order = [name for names in FIELDS.values() for name in names if name in wanted]
    return [*order, *sorted(wanted.difference(order))]


def missing(application: Application, now: datetime | None = None) -> list[str]:
    """Names of what a submission still lacks, answers included. Three queries."""
    return State.of(application).missing(now or timezone.now())


@dataclass(frozen=True)
class State:
    """An application with what is kept of it in other tables, read once."""

    application: Application
    questions: Sequence[Question]
    kept: Mapping[str, Answer]
    half_days: Sequence[int]

    @classmethod
    def of(cls, application: Application) -> "State":
        return cls(
            application=application,
            questions=asked_now(application.call),
            kept=answers.kept(application),
            half_days=list(
                application.wanted_half_days.order_by("pk").values_list("pk", flat=True)
            ),
        )

    @property
    def values(self) -> dict[str, Any]:
        return answers.values(self.kept)

    @cached_property
    def said(self) -> dict[str, Any]:
        """The answers as they are going to be: over those written, what is typed and valid."""
        found = self.values
        for question in self.questions:
            name, key = answers.name_of(question), question.key
            if name in self.waiting:
                found[key] = answers.from_raw(question, self.waiting[name], found.get(key))
        return found

    @cached_property
    def waiting(self) -> dict[str, Any]:
        """What was typed and is not written, by name, of what the company may still write."""
        own = {
            answers.name_of(question): question
            for question in self.questions
            if question.key not in self.closed
        }
        return {
            name: raw
            for name, raw in self.application.typed.items()
            if name in COLUMNS or (name in own and answers.fits(own[name], raw))
        }

    @cached_property
    def closed(self) -> set[str]:
        """Keys of the questions whose answer the company can no longer write."""
        now = timezone.now()
        return {
            question.key
            for question in self.questions
            if answers.is_closed(question, self.application, now)
        }

    def missing(self, now: datetime, values: Mapping[str, Any] | None = None) -> list[str]:
        """Given other answers than those written, it tells what would be missing with them."""
        values = self.values if values is None else values
        lacking = [name for name in required(self.application.call) if self._lacks(name)]
        own = answers.missing_from(self.questions, values, now, closed=self.closed)
        return [*lacking, *(f"q:{key}" for key in own)]

    def unsettled(self) -> list[str]:
        """Names of what was typed and is not written, where it is asked."""
        apply = {f"q:{key}" for key in answers.shown(self.questions, self.said)}
        asked = apply.union(COLUMNS).difference(PROMISES)
        return [name for name in self.waiting if name in asked]

    def _lacks(self, name: str) -> bool:
        if name == "wanted_half_days":
            return not self.half_days
        value = getattr(self.application, name)
        # No turnover and no earlier participation are answers.
        return value is None or value == ""


def in_form(names: Iterable[str]) -> list[str]:
    """Names as the form has them: the moment of the commitments is three boxes to tick."""
    found: list[str] = []
    for name in names:
        found += PROMISES if name == "commitments_at" else [name]
    return found
