"""Twenty people at one board: nothing is lost, nothing is done twice, nobody waits for ever.

BOARD_STRESS_SECONDS=60 plays the full minute.
"""

import os
from collections import Counter
from collections.abc import Callable
from datetime import date
from random import Random
from threading import Barrier, Thread
from time import monotonic

import pytest
from django.db import connection
from django.db.models import Count

from pavilion.core.errors import DomainError
from pavilion.core.models import ActivityEntry
from startups.models import Allocation, Application, Board, BoardStep, Exhibitor, StandHold
from startups.operations import (
    change_board,
    confirm_stays,
    drop_hold,
    exchange,
    free,
    hold_stand,
    move_stay,
    place,
    unconfirm_stays,
    undo_step,
    withdraw_application,
)
from tests.factories import (
    DayFactory,
    ExhibitorFactory,
    HalfDayFactory,
    StandFactory,
    organiser,
)

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

CLIENTS, EXHIBITORS, STANDS, DAYS = 20, 50, 30, 4
# So many of them withdraw while the others are moved about: another way to the same rows.
LEAVING = 5


class Client:
    """Somebody who changes the board at random, as fast as it answers."""

    def __init__(self, number: int, fair: "Fair") -> None:
        self.number = number
        self.dice = Random(number)  # noqa: S311 - a repeatable game, no secret
        self.fair = fair
        self.by = fair.organisers[number % len(fair.organisers)]
        self.steps: list[int] = []
        self.outcomes: Counter[str] = Counter()
        self.errors: list[BaseException] = []

    def play(self, until: float) -> None:
        while monotonic() < until and not self.errors:
            move = self.dice.choice(self.moves())
            try:
                step = move()
            except DomainError as refusal:
                self.outcomes[refusal.code] += 1
            except Exception as error:
                self.errors.append(error)
            else:
                self.outcomes["done" if step else "nothing to do"] += 1
                if step:
                    self.steps.append(step.pk)

    def moves(self) -> list[Callable[[], BoardStep | None]]:
        fair, dice, by = self.fair, self.dice, self.by
        one, other = dice.sample(fair.exhibitors, 2)
        stand, half_days = dice.choice(fair.stands), dice.sample(fair.half_days, 2)
        of_one = {"edition_id": fair.edition_id, "exhibitor_ids": [one], "by": by}
        on_stand = {"stand_id": stand, "half_day_ids": half_days, "by": by}
        return [
            lambda: place(exhibitor_id=one, **on_stand),
            lambda: move_stay(exhibitor_id=one, stand_id=stand, by=by),
            lambda: self.move_as_seen(one, stand),
            lambda: exchange(first=one, second=other, by=by),
            lambda: free(exhibitor_id=one, half_day_ids=half_days, by=by),
            lambda: self.rotate(dice.sample(fair.exhibitors, 5)),
            lambda: confirm_stays(**of_one, half_day_ids=half_days),
            lambda: unconfirm_stays(**of_one),
            lambda: hold_stand(**on_stand, note="Invité"),
            lambda: drop_hold(stand_id=stand, half_day_ids=fair.half_days, by=by),
            self.undo,
            *([lambda: self.withdraw(one)] if one in fair.leaving else []),
        ]

    def move_as_seen(self, one: int, stand: int) -> BoardStep | None:
        seen = Exhibitor.objects.values_list("stay_revision", flat=True).get(pk=one)
        days = Allocation.objects.filter(exhibitor=one).values_list("half_day", flat=True)
        return change_board(
            edition_id=self.fair.edition_id,
            stays={one: dict.fromkeys(days, stand)},
            kind=BoardStep.Kind.MOVE,
            by=self.by,
            seen={one: seen},
        )

    def rotate(self, those: list[int]) -> BoardStep | None:
        """Each takes what the next one had when it was read."""
        stays: list[dict[int, int]] = []
        for pk in those:
            rows = Allocation.objects.filter(exhibitor=pk)
            stays.append(dict(rows.values_list("half_day", "stand")))
        return change_board(
            edition_id=self.fair.edition_id,
            stays=dict(zip(those, stays[1:] + stays[:1], strict=True)),
            kind=BoardStep.Kind.EXCHANGE,
            by=self.by,
        )

    def withdraw(self, one: int) -> BoardStep | None:
        """By the company, whose application is locked before the board; it answers no step."""
        name = f"{self.number}-{len(self.steps)}"
        application = Application.objects.get(exhibitor=one)
        withdraw_application(application_id=application.pk, by_name=name)
        return BoardStep.objects.filter(by_name=name).exclude(pk__in=self.steps).first()

    def undo(self) -> BoardStep | None:
        if not self.steps:
            return None
        undone = undo_step(step_id=self.steps[-1], by=self.by)
        # A second click gets the same answer: it is no second step.
        return None if undone.pk in self.steps else undone


class Fair:
    def __init__(self) -> None:
        half_days = [
            HalfDayFactory(day=DayFactory(date=date(2030, 6, 12 + day)), part=part)
            for day in range(DAYS)
            for part in ("am", "pm")
        ]
        self.edition_id = half_days[0].edition_id
        self.half_days = [half_day.pk for half_day in half_days]
        self.exhibitors = [ExhibitorFactory().pk for _ in range(EXHIBITORS)]
        self.leaving = set(self.exhibitors[:LEAVING])
        self.stands = [StandFactory().pk for _ in range(STANDS)]
        self.organisers = [None, *(organiser("53") for _ in range(4))]
        # The first half of the fair for some, the second for the others.
        halves = self.half_days[:DAYS], self.half_days[DAYS:]
        self.opening = change_board(
            edition_id=self.edition_id,
            stays={
                pk: dict.fromkeys(halves[at % 2], self.stands[at // 2])
                for at, pk in enumerate(self.exhibitors)
            },
            kind=BoardStep.Kind.PROPOSAL,
            by=None,
        )


def played(fair: Fair, seconds: float) -> list[Client]:
    clients = [Client(number, fair) for number in range(CLIENTS)]
    barrier = Barrier(CLIENTS)

    def run(client: Client) -> None:
        try:
            barrier.wait()
            client.play(monotonic() + seconds)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return clients


def replayed() -> tuple[dict[str, dict], dict[str, str]]:
    """The plan that the steps make, one after the other, each from where the last one left it."""
    stays: dict[str, dict] = {}
    holds: dict[str, str] = {}
    for number, step in enumerate(BoardStep.objects.order_by("serial"), 1):
        assert step.serial == number
        for pk, stay in step.before["stays"].items():
            assert stays.get(pk, {}) == stay, f"step {number} began elsewhere"
        for cell, note in step.before["holds"].items():
            assert holds.get(cell) == note, f"step {number} began elsewhere"
        stays |= step.after["stays"]
        holds |= step.after["holds"]
    return (
        {pk: stay for pk, stay in stays.items() if stay},
        {cell: note for cell, note in holds.items() if note is not None},
    )


def written() -> tuple[dict[str, dict], dict[str, str]]:
    stays: dict[str, dict] = {}
    for row in Allocation.objects.all():
        stay = stays.setdefault(str(row.exhibitor_id), {})
        stay[str(row.half_day_id)] = [row.stand_id, row.status]
    holds = {f"{hold.stand_id}:{hold.half_day_id}": hold.note for hold in StandHold.objects.all()}
    return stays, holds


def test_twenty_clients_move_the_same_exhibitors_and_nothing_is_lost():
    usual = 4 if connection.vendor == "postgresql" else 2
    seconds = float(os.environ.get("BOARD_STRESS_SECONDS", usual))
    fair = Fair()

    clients = played(fair, seconds)

    assert [error for client in clients for error in client.errors] == []
    steps = [fair.opening.pk, *(pk for client in clients for pk in client.steps)]
    outcomes = sum((client.outcomes for client in clients), Counter())
    print(f"{connection.vendor}, {seconds:g} s:", dict(outcomes.most_common()))  # noqa: T201
    # Every move that was answered is there once, and there is no other.
    assert sorted(steps) == sorted(BoardStep.objects.values_list("pk", flat=True))
    assert outcomes["done"] + 1 == len(steps) == Board.objects.get().serial
    assert replayed() == written()
    # No stand under two exhibitors, nobody on two stands, nobody where it is kept free.
    for cell in (("stand", "half_day"), ("exhibitor", "half_day")):
        twice = Allocation.objects.values(*cell).annotate(n=Count("pk")).filter(n__gt=1)
        assert list(twice) == []
    kept = set(StandHold.objects.values_list("stand", "half_day"))
    assert kept.isdisjoint(Allocation.objects.values_list("stand", "half_day"))
    # Each change of a stay was counted and logged once.
    touched = Counter(int(pk) for step in BoardStep.objects.all() for pk in step.after["stays"])
    revisions = dict(Exhibitor.objects.values_list("pk", "stay_revision"))
    assert {pk: count for pk, count in revisions.items() if count} == dict(touched)
    stays = ActivityEntry.objects.filter(verb__startswith="exhibitor.")
    logged = stays.exclude(verb="exhibitor.left").count()
    assert logged == sum(touched.values())
