"""Applications in every state, as believable as their dates and reasons."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import cycle
from random import Random

from django.db.models.functions import Coalesce

from events.models import HalfDay, Region
from pavilion.core.models import Language
from pavilion.demo.calls import is_open, statuses
from pavilion.demo.companies import Company, Registry
from pavilion.demo.dates import Dates, end_of_day
from pavilion.demo.facts import RegionNumbers, Size, load
from pavilion.demo.stays import Stay, wished
from startups.models import Application, Call
from startups.operations import PRIVACY_NOTICE_VERSION

Status = Application.Status
NOT_DECIDED = {
    Status.DRAFT,
    Status.SUBMITTED,
    Status.INCOMPLETE,
    Status.ELIGIBLE,
    Status.INELIGIBLE,
    Status.WITHDRAWN,
}
# States that only the session running today explains.
TODAY = {Status.SUBMITTED, Status.INCOMPLETE, Status.ELIGIBLE}
# One company in so many that were not chosen also tried its luck in another region.
ALSO_ELSEWHERE = 60


class Applicants:
    """Writes the applications of all regions; remembers companies that may apply twice."""

    def __init__(self, *, random: Random, dates: Dates, names: Iterator[tuple[str, str]]) -> None:
        self._random = random
        self._dates = dates
        self._names = names
        self._registry = Registry(random, dates.today)
        self._known: list[tuple[Company, Region]] = []

    def of_region(self, call: Call, numbers: RegionNumbers) -> list[Application]:
        wanted = [
            Status(status) for status, count in statuses(numbers).items() for _ in range(count)
        ]
        self._random.shuffle(wanted)
        rank = 0
        rows = []
        # Where places were given back, half of those who withdrew did so as exhibitors.
        withdrawals = cycle((is_open(call.region_code), False))
        for status in wanted:
            row = self._application(call, status, *self._company(call, status, numbers))
            if status == Status.WITHDRAWN and next(withdrawals):
                self._decide(row)
            if status == Status.WAITLISTED:
                rank += 1
                row.waiting_rank = rank
            rows.append(row)
        return rows

    def _company(self, call: Call, status: Status, numbers: RegionNumbers) -> tuple[Company, str]:
        """A company and the SIRET it applies with."""
        region = call.participation.region
        again = status in (Status.REJECTED, Status.WAITLISTED) and self._known
        if again and self._random.randrange(ALSO_ELSEWHERE) == 0:
            company, origin = self._known.pop()
            if origin != region:
                city, postcode = self._random.choice(
                    load("towns")[self._random.choice(region.departments)]
                )
                return replace(company, city=city, postcode=postcode), company.siret_of(2)
        company = self._registry.found(region, numbers.focus_themes)
        if status in (Status.REJECTED, Status.INELIGIBLE):
            self._known = [*self._known[-9:], (company, region)]
        return company, company.siret

    def _application(self, call: Call, status: Status, company: Company, siret: str) -> Application:
        random = self._random
        row = Application(
            call=call,
            status=status,
            language=Language.ENGLISH if random.random() < 0.04 else Language.FRENCH,
            contact_email=f"contact@{company.domain}",
            privacy_notice_version=PRIVACY_NOTICE_VERSION,
            created_at=self._begun(call, status),
        )
        row.privacy_notice_at = row.created_at
        if status != Status.DRAFT or random.random() < 0.6:
            self._describe(row, company, siret)
        if status != Status.DRAFT:
            row.commitments_at = row.submitted_at = self._submitted(row.created_at, call, status)
        if status not in NOT_DECIDED:
            self._decide(row)
        elif status == Status.INCOMPLETE:
            row.decision_reason = random.choice(load("reasons")["incomplete"])
        return row

    def _begun(self, call: Call, status: Status) -> datetime:
        in_this_session = status in TODAY or (status == Status.DRAFT and is_open(call.region_code))
        first, last = (-16, -3) if in_this_session else (-53, -42)
        return self._dates.in_days(
            self._random.randint(first, last),
            self._random.randint(8, 20),
            self._random.randint(0, 59),
        )

    def _submitted(self, begun: datetime, call: Call, status: Status) -> datetime:
        """Most applications arrive in the last days of a call."""
        end = self._dates.in_days(-2) if status in TODAY else self._dates.step("closes")
        left = end - begun
        submitted = begun + left * (1 - self._random.random() ** 2 * 0.9)
        return submitted.replace(second=0, microsecond=0)

    def _decide(self, row: Application) -> None:
        days = -self._random.randint(1, 6) if row.status == Status.SELECTED else None
        row.decided_at = (
            self._dates.step("results", hour=10) if days is None else self._dates.in_days(days, 10)
        )
        if row.status in (Status.REJECTED, Status.SELECTED):
            row.decision_reason = self._random.choice(load("reasons")[str(row.status)])
        if row.status not in (Status.REJECTED, Status.WAITLISTED):
            row.confirm_by = end_of_day(row.decided_at + timedelta(days=10))

    def _describe(self, row: Application, company: Company, siret: str) -> None:
        random = self._random
        first_name, last_name = next(self._names)
        row.legal_name = company.legal_name
        row.display_name = company.brand
        row.siret = siret
        row.founded_on = company.founded_on
        row.headcount_band = company.headcount_band
        row.address = f"{random.randint(1, 90)} {random.choice(load('calls')['streets'])}"
        row.city, row.postcode = company.city, company.postcode
        row.founders = random.choice((1, 2, 2, 3, 3, 4))
        row.women_founders = sum(random.random() < 0.27 for _ in range(row.founders))
        row.has_exhibited = random.random() < 0.2
        row.theme_id = company.theme
        row.trl = company.trl
        row.pitch_fr, row.pitch_en = company.pitch_fr, company.pitch_en
        row.website = f"https://{company.domain}"
        row.contact_name = f"{first_name} {last_name}"
        row.contact_role = random.choice(load("names")["roles"])
        row.contact_phone = phone(random)
        row.power_watts = random.choices((150, 300, 500, 800, 1500), (3, 4, 3, 2, 1))[0]
        row.needs_screen = random.random() < 0.55
        row.needs_wired_network = random.random() < 0.3
        row.needs_storage = random.random() < 0.2
        if random.random() < 0.15:
            row.technical_notes = random.choice(load("reasons")["technical_notes"])


def phone(random: Random) -> str:
    """From the range the regulator keeps for fiction (ARCEP decision 2018-0881)."""
    return f"06 39 98 {random.randint(0, 99):02d} {random.randint(0, 99):02d}"


def create_applications(
    calls: dict[str, Call], size: Size, applicants: Applicants
) -> dict[str, list[Application]]:
    rows = {
        numbers.code: applicants.of_region(calls[numbers.code], numbers) for numbers in size.regions
    }
    for region in rows.values():
        for row in region:
            row.derive()
    Application.objects.bulk_create(
        (row for region in rows.values() for row in region), batch_size=500
    )
    # Created "now" as far as the column knows; last changed when they were decided.
    Application.objects.update(updated_at=Coalesce("decided_at", "submitted_at", "created_at"))
    return rows


def create_wishes(
    stays: dict[int, Stay], applications: list[Application], half_days: list[HalfDay]
) -> None:
    """The half-days each application asks for: those of its stay."""
    through = Application.wanted_half_days.through
    through.objects.bulk_create(
        (
            through(application_id=row.pk, halfday_id=half_day.pk)
            for row in applications
            if row.pk in stays
            for half_day in wished(stays[row.pk], half_days)
        ),
        batch_size=5000,
    )
