"""How far each exhibitor is with its checklist: most signed, few have named who comes."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from django.core.files.base import ContentFile

from events.models import Day
from pavilion.demo.dates import Dates
from pavilion.demo.facts import load
from pavilion.demo.names import full_names
from startups import charter
from startups.models import Aid, AidDeclaration, Badge, CharterSignature, Exhibitor

# A triangle in a square.
_LOGO = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">'
    b'<rect width="64" height="64" fill="#035a69"/>'
    b'<path d="M16 44 32 16l16 28z" fill="#fff"/></svg>'
)


class Preparations:
    def __init__(self, *, random: Random, dates: Dates, days: list[Day]) -> None:
        self._random = random
        self._dates = dates
        self._days = days

    def of(self, exhibitors: list[Exhibitor]) -> None:
        present = [row for row in exhibitors if row.left_at is None]
        self._sign(present)
        self._declare(present)
        self._check(present)
        self._name_people(present)

    def _since(self, row: Exhibitor) -> datetime:
        """Some day between its confirmation and yesterday."""
        span = self._dates.in_days(-1) - row.confirmed_at
        return row.confirmed_at + max(span, timedelta()) * self._random.random()

    def _sign(self, rows: list[Exhibitor]) -> None:
        digests: dict[int, str] = {}
        signatures = []
        for row in rows:
            if self._random.random() < 0.72:
                call = row.application.call
                if call.pk not in digests:
                    digests[call.pk] = charter.digest(charter.text(call, "fr"))
                signatures.append(
                    CharterSignature(
                        exhibitor=row,
                        version=call.charter_version,
                        text=str(charter.text(call, "fr")),
                        text_digest=digests[call.pk],
                        name=row.application.contact_name,
                        role=row.application.contact_role,
                        signed_at=self._since(row),
                    )
                )
        CharterSignature.objects.bulk_create(signatures, batch_size=1000)

    def _declare(self, rows: list[Exhibitor]) -> None:
        declarations = AidDeclaration.objects.bulk_create(
            (
                AidDeclaration(
                    exhibitor=row,
                    has_none=self._random.random() < 0.55,
                    name=row.application.contact_name,
                    declared_at=self._since(row),
                )
                for row in rows
                if self._random.random() < 0.6
            ),
            batch_size=1000,
        )
        Aid.objects.bulk_create(
            (
                aid
                for declaration in declarations
                if not declaration.has_none
                for aid in self._aids(declaration)
            ),
            batch_size=1000,
        )

    def _aids(self, declaration: AidDeclaration) -> list[Aid]:
        random, words = self._random, load("calls")
        # One company in thirty comes near the ceiling, so that the warning is seen.
        large = random.random() < 1 / 30
        return [
            Aid(
                declaration=declaration,
                granted_on=self._day(random),
                authority=random.choice(words["authorities"]),
                purpose=random.choice(words["purposes"]),
                amount=Decimal(random.randint(150, 250) * (600 if large else 10)),
            )
            for _ in range(2 if large else random.randint(1, 3))
        ]

    def _day(self, random: Random) -> date:
        return self._dates.today - timedelta(days=random.randint(60, 1000))

    def _check(self, rows: list[Exhibitor]) -> None:
        for row in rows:
            random = self._random
            if random.random() < 0.55:
                row.pitch_checked_at = self._since(row)
            if random.random() < 0.5:
                row.needs_checked_at = self._since(row)
            if random.random() < 0.4:
                row.vector_logo.save("logo.svg", ContentFile(_LOGO), save=False)
        fields = ["pitch_checked_at", "needs_checked_at", "vector_logo"]
        Exhibitor.objects.bulk_update(rows, fields, batch_size=500)

    def _name_people(self, rows: list[Exhibitor]) -> None:
        names = full_names(self._random)
        badges = []
        for row in rows:
            if self._random.random() < 0.25:
                for _ in range(self._random.randint(1, 3)):
                    first_name, last_name = next(names)
                    badges.append(
                        Badge(
                            exhibitor=row,
                            first_name=first_name,
                            last_name=last_name,
                            role=self._random.choice(load("names")["roles"]),
                            created_at=self._since(row),
                        )
                    )
                row.badges_checked_at = self._since(row)
        Badge.objects.bulk_create(badges, batch_size=1000)
        through = Badge.days.through
        through.objects.bulk_create(
            (
                through(badge_id=badge.pk, day_id=day.pk)
                for badge in badges
                for day in self._days[:2]
            ),
            batch_size=5000,
        )
        Exhibitor.objects.bulk_update(rows, ["badges_checked_at"], batch_size=500)
