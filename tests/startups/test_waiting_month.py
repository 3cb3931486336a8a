"""A month of a call, day by day: decisions, lapses, refusals, promotions, reminders, all in order.

Thirty companies, eight places. What each does is told by days after its offer, so that the same
companies live through a worker that is late as well.
"""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from pavilion.core.models import ActivityEntry, OutboxMessage
from startups import tasks
from startups.models import Application, Call
from startups.operations import (
    TooLate,
    change_call,
    confirm_application,
    decline_application,
    move_on_waiting_list,
    prepare_decision,
    request_correction,
    withdraw_application,
)
from tests.factories import ApplicationFactory, CallFactory
from tests.startups.test_races import together

PARIS = ZoneInfo("Europe/Paris")
PLACES = 8
FIRST, LAST = datetime(2030, 2, 25, tzinfo=PARIS), datetime(2030, 4, 12, tzinfo=PARIS)

# What a company does, so many days after it was offered its place; those not named keep silent.
ANSWERS = {
    "s1": [(1, confirm_application)],
    "s2": [(2, confirm_application)],
    "s3": [(3, decline_application)],
    # s4 and s5 never answer.
    "s6": [(10, confirm_application)],  # on the last day, after both reminders
    "s7": [(1, confirm_application), (14, withdraw_application)],
    "s8": [(5, decline_application)],
    "w1": [(1, confirm_application)],
    # w2 never answers.
    "w3": [(1, decline_application)],
    "w4": [(2, confirm_application), (13, withdraw_application)],
    # w6 and w9 never answer.
    "w7": [(1, confirm_application)],
    "w8": [(3, confirm_application)],  # on the last day
    "w10": [(1, confirm_application)],
    "w12": [(1, confirm_application)],
}
# What happens so many days after the release: w5 leaves the list, an organiser lets w12 pass.
AFTERWARDS: dict[int, Callable[[], object]] = {
    1: lambda: withdraw_application(application_id=named("w5").pk),
    15: lambda: move_on_waiting_list(application_id=named("w12").pk, rank=1, by=None),
}
END = {
    **dict.fromkeys(("s1", "s2", "s6", "w1", "w7", "w8", "w10", "w12"), "confirmed"),
    **dict.fromkeys(("s3", "s8", "w3"), "declined"),
    **dict.fromkeys(("s4", "s5", "w2", "w6", "w9"), "lapsed"),
    **dict.fromkeys(("s7", "w4", "w5"), "withdrawn"),
    **dict.fromkeys(("r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9"), "rejected"),
    "w11": "waitlisted",
    "d1": "draft",
}
LEDGER = """
02-26 10:30 unsubmitted.link d1
02-27 10:00 correction_requested r9
02-28 10:30 unsubmitted.link d1
03-01 10:30 correction_due r9
03-05 10:30 selected s1 s2 s3 s4 s5 s6 s7 s8
03-05 10:30 waitlisted w1 w2 w3 w4 w5 w6 w7 w8 w9 w10 w11 w12
03-05 10:30 rejected r1 r2 r3 r4 r5 r6 r7 r8 r9
03-06 10:00 confirmed s1 s7
03-06 10:00 withdrawn w5
03-07 10:00 confirmed s2
03-08 10:00 declined s3
03-08 10:00 promoted w1
03-09 10:00 confirmed w1
03-10 10:00 declined s8
03-10 10:00 promoted w2
03-10 10:30 confirm_due s4 s5 s6
03-12 10:30 confirm_due w2
03-14 00:05 lapsed w2
03-14 00:05 promoted w3
03-14 10:30 confirm_due s4 s5 s6
03-15 10:00 confirmed s6
03-15 10:00 declined w3
03-15 10:00 promoted w4
03-16 00:05 lapsed s4 s5
03-16 00:05 promoted w6 w7
03-17 10:00 confirmed w4 w7
03-18 10:30 confirm_due w6
03-19 10:00 withdrawn s7
03-19 10:00 promoted w8
03-20 00:05 lapsed w6
03-20 00:05 promoted w9
03-21 10:30 confirm_due w8
03-22 10:00 confirmed w8
03-22 10:30 confirm_due w9
03-24 00:05 lapsed w9
03-24 00:05 promoted w12
03-25 10:00 confirmed w12
03-28 10:00 withdrawn w4
03-28 10:00 promoted w10
03-29 10:00 confirmed w10
"""


def named(name: str) -> Application:
    return Application.objects.get(display_name=name)


def begin() -> None:
    """On the 25th of February: 29 applications and a draft; the call closes on 1 March."""
    call = CallFactory(
        opens_at=datetime(2030, 2, 1, tzinfo=UTC),
        closes_at=datetime(2030, 3, 1, 18, tzinfo=PARIS),
        places=PLACES,
    )
    names = [f"s{n}" for n in range(1, 9)] + [f"w{n}" for n in range(1, 13)]
    names += [f"r{n}" for n in range(1, 10)]
    for name in names:
        ApplicationFactory(call=call, display_name=name, contact_email=f"{name}@x.example")
    ApplicationFactory(
        call=call,
        status="draft",
        display_name="d1",
        contact_email="d1@x.example",
        created_at=FIRST - timedelta(days=5),
    )


def happens(now: datetime) -> None:
    """At ten in the morning: what people do on this day, whatever the worker has done."""
    day = now.date().isoformat()
    call = Call.objects.get()
    if day == "2030-02-27":
        request_correction(
            application_id=named("r9").pk,
            message="Le SIRET est fermé.",
            due_at=datetime(2030, 3, 3, 23, 59, 59, tzinfo=PARIS),
            by=None,
        )
    if day == "2030-03-04":
        outcomes = {"s": "selected", "w": "waitlisted", "r": "rejected"}
        for application in Application.objects.exclude(status="draft"):
            letter, number = application.display_name[0], application.display_name[1:]
            prepare_decision(
                application_id=application.pk,
                outcome=outcomes[letter],
                rank=int(number) if letter == "w" else None,
                reason="Trop de candidatures." if letter == "r" else "",
                by=None,
            )
        change_call(call_id=call.pk, by=None, release_at=datetime(2030, 3, 5, 9, tzinfo=PARIS))
    if call.released_at is None:
        return
    since_release = (now.date() - timezone.localdate(call.released_at)).days
    if act := AFTERWARDS.get(since_release):
        act()
    for name, answers in ANSWERS.items():
        application = named(name)
        if application.status not in {"selected", "confirmed"}:
            continue
        since_offer = (now.date() - timezone.localdate(application.decided_at)).days
        for days, answer in answers:
            if days == since_offer:
                answer(application_id=application.pk)


def work() -> None:
    """One tick of the worker: every task that beat calls each minute."""
    tasks.release_due_decisions()
    tasks.lapse_offers()
    tasks.chase_deadlines()


def ensure_whole(*, after_work: bool) -> None:
    """At no time a place given twice; once released, none empty while somebody waits."""
    rows = Counter(Application.objects.values_list("status", flat=True))
    held = rows["selected"] + rows["confirmed"]
    assert held <= PLACES
    if Call.objects.get().released_at is not None:
        assert held == PLACES or not rows["waitlisted"]
    if after_work:
        late = Application.objects.filter(status="selected", confirm_by__lt=timezone.now())
        assert not late.exists()


def ensure_told_once(promotions: str) -> None:
    """No mail twice, no promotion out of order, and for each place given up one was offered."""
    assert set(Counter(OutboxMessage.objects.values_list("recipient", "subject")).values()) == {1}
    entries = ActivityEntry.objects.order_by("pk")
    promoted = entries.filter(verb="application.promoted").values_list("target_label", flat=True)
    assert " ".join(promoted) == promotions
    kinds = Counter(OutboxMessage.objects.values_list("kind", flat=True))
    left = ("s3", "s4", "s5", "s7", "s8", "w2", "w3", "w4", "w6", "w9")
    assert kinds["startups.promoted"] == len(left)
    assert kinds["startups.lapsed"] == sum(state == "lapsed" for state in END.values())
    # Who moved by itself was moved by nobody, and the log says why.
    assert not entries.filter(verb="application.promoted").exclude(by=None).exists()
    assert not entries.filter(verb="application.promoted", reason="").exists()


def ensure_too_late(name: str) -> None:
    with pytest.raises(TooLate):
        confirm_application(application_id=named(name).pk)


def live(*, tick: Callable[[], object], works_on: Callable[[int], bool] = lambda day: True) -> None:
    """Every day: the worker just after midnight, people at ten, the worker half an hour later."""
    with time_machine.travel(FIRST, tick=False) as clock:
        begin()
        day = 0
        while (morning := FIRST + timedelta(days=day)) < LAST:
            for moment, act, is_work in (
                (morning.replace(hour=0, minute=5), tick, True),
                (morning.replace(hour=10), lambda: happens(timezone.localtime()), False),
                (morning.replace(hour=10, minute=30), tick, True),
            ):
                if is_work and not works_on(day):
                    continue
                clock.move_to(moment)
                act()
                ensure_whole(after_work=is_work)
            day += 1


def ends() -> dict[str, str]:
    return {
        row.display_name: "lapsed" if row.lapsed_at else row.status
        for row in Application.objects.all()
    }


def ledger() -> list[str]:
    """Each mail: its day and hour, to whom, what it was about."""
    return sorted(
        f"{timezone.localtime(message.created_at):%m-%d %H:%M} "
        f"{message.kind.removeprefix('startups.')} {message.recipient.split('@')[0]}"
        for message in OutboxMessage.objects.all()
    )


def expected() -> list[str]:
    """The ledger above, a line for each mail."""
    lines = []
    for line in LEDGER.strip().splitlines():
        day, hour, kind, *names = line.split()
        lines += [f"{day} {hour} {kind} {name}" for name in names]
    return sorted(lines)


@pytest.mark.sqlite
@pytest.mark.django_db
def test_a_month_of_the_waiting_list_mail_by_mail():
    live(tick=work)

    assert ends() == END
    assert ledger() == expected()
    ensure_told_once("w1 w2 w3 w4 w6 w7 w8 w9 w12 w10")
    ensure_too_late("s4")


@pytest.mark.sqlite
@pytest.mark.django_db
def test_the_same_month_when_every_tick_comes_twice():
    live(tick=lambda: (work(), work()))

    assert (ends(), ledger()) == (END, expected())


@pytest.mark.sqlite
@pytest.mark.django_db
def test_the_same_month_when_the_worker_wakes_every_third_day_only():
    """Offers and lapses come later, everything else is as it was: nobody is told twice."""
    live(tick=work, works_on=lambda day: day % 3 == 0)

    assert ends() == END
    # w12 was let pass while w9 was still waiting.
    ensure_told_once("w1 w2 w3 w4 w6 w7 w8 w12 w9 w10")
    # Of two reminders that were missed, the one that still says something.
    assert {line.split(maxsplit=2)[2] for line in ledger()} <= {
        line.split(maxsplit=2)[2] for line in expected()
    }


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_same_month_with_two_workers_at_once():
    def two_workers() -> None:
        assert together(work, work) == [None, None]

    live(tick=two_workers)

    assert (ends(), ledger()) == (END, expected())
