"""Decisions: prepared where nobody outside the desk sees them, released together or not at all."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from pavilion.core import jobs
from pavilion.core.access import Role
from pavilion.core.models import ActivityEntry, Job, OutboxMessage
from startups.models import Application, Call, Decision, Review
from startups.operations import (
    NotReady,
    Released,
    WrongStatus,
    drop_decision,
    mark_ineligible,
    order_waiting_decisions,
    plan_release,
    prepare_decision,
    preview_release,
    reject_application,
    release_decisions,
    release_due_decisions,
    release_or_promise,
    select_application,
    withdraw_application,
)
from tests.factories import ApplicationFactory, CallFactory, UserFactory, organiser

pytestmark = pytest.mark.django_db

NOW = datetime(2030, 3, 10, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_march(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def call():
    return CallFactory(places=2)


def prepared(outcome, *, by=None, reason="", rank=None, note="", **fields):
    application = ApplicationFactory(call=Call.objects.get(), **fields)
    prepare_decision(
        application_id=application.pk, outcome=outcome, by=by, reason=reason, rank=rank, note=note
    )
    return application


def with_mean(application, mean):
    Review.objects.create(
        application=application,
        reviewer=UserFactory(),
        status="done",
        mean=Decimal(mean),
        done_at=NOW,
    )


def reloaded():
    return list(Application.objects.order_by("pk").values_list("status", "waiting_rank"))


def mails():
    rows = OutboxMessage.objects.order_by("pk").values_list("kind", "recipient")
    return [(kind.removeprefix("startups."), to.split("@")[0]) for kind, to in rows]


def log():
    rows = ActivityEntry.objects.order_by("pk").values_list("verb", "by__email", "reason")
    return list(rows)


# --- Preparing ------------------------------------------------------------------------------------


def test_prepare_decision_changes_nothing_but_itself_and_is_noted(call):
    user = organiser("53", email="ana@region.example")
    application = ApplicationFactory(call=call)
    before = Application.objects.values().get()
    for outcome, reason in (("selected", ""), ("selected", ""), ("rejected", " Trop tôt. ")):
        decision = prepare_decision(
            application_id=application.pk, outcome=outcome, by=user, reason=reason, rank=3
        )

    assert (decision.outcome, decision.rank, decision.reason, decision.prepared_by) == (
        "rejected", None, "Trop tôt.", user,
    )  # fmt: skip
    assert (Application.objects.values().get(), mails()) == (before, [])
    assert log() == [
        ("decision.prepared", "ana@region.example", ""),
        ("decision.prepared", "ana@region.example", "Trop tôt."),
    ]
    last = ActivityEntry.objects.latest("pk")
    assert (last.before, last.after) == (
        {"outcome": "selected", "reason": ""},
        {"outcome": "rejected", "reason": "Trop tôt."},
    )


def test_prepare_decision_is_for_managers_and_for_what_may_follow(call):
    application = ApplicationFactory(call=call)
    for user in (organiser("28"), organiser("53", Role.REVIEWER), organiser("", Role.READER)):
        with pytest.raises(PermissionDenied):
            prepare_decision(application_id=application.pk, outcome="selected", by=user)
        with pytest.raises(PermissionDenied):
            drop_decision(application_id=application.pk, by=user)
    draft = ApplicationFactory(call=call, status="draft")
    for row, outcome in (
        (draft, "rejected"),
        (ApplicationFactory(status="ineligible"), "selected"),
    ):
        with pytest.raises(WrongStatus):
            prepare_decision(application_id=row.pk, outcome=outcome, by=None)

    assert not Decision.objects.exists()


def test_drop_decision_forgets_what_was_prepared_and_keeps_what_was_released(call):
    application = prepared("selected")
    drop_decision(application_id=application.pk, by=None)
    drop_decision(application_id=application.pk, by=None)
    assert not Decision.objects.exists()

    prepared("selected")
    release_decisions(call_id=call.pk, by=None)
    drop_decision(application_id=Decision.objects.get().application_id, by=None)
    assert Decision.objects.get().released_at == NOW
    assert [verb for verb, *_rest in log()].count("decision.dropped") == 1


@pytest.mark.parametrize(
    ("decide", "left"),
    [
        (lambda pk: withdraw_application(application_id=pk), []),
        (lambda pk: reject_application(application_id=pk, by=None, reason="Non"), []),
        (lambda pk: select_application(application_id=pk, by=None), [("selected", NOW)]),
        (lambda pk: mark_ineligible(application_id=pk, by=None), [("selected", None)]),
    ],
)
def test_what_is_decided_or_withdrawn_at_once_settles_what_was_prepared(call, decide, left):
    decide(prepared("selected").pk)

    assert list(Decision.objects.values_list("outcome", "released_at")) == left


def test_order_waiting_decisions_ranks_the_named_first(call):
    rows = [prepared("waitlisted", rank=rank) for rank in (None, 2, 1)]
    other = prepared("selected")
    order_waiting_decisions(call_id=call.pk, application_ids=[rows[0].pk, other.pk], by=None)

    ranks = Decision.objects.order_by("application").values_list("rank", flat=True)
    assert list(ranks) == [1, 3, 2, None]


# --- Nobody outside the desk ----------------------------------------------------------------------


def test_nothing_prepared_is_seen_outside_the_desk(client, call):
    application = prepared(
        "selected",
        reason="Un secret bien gardé",
        note="Confidentiel",
        contact_email="contact@societe.example",
    )
    reviewer, reader = organiser("53", Role.REVIEWER), organiser("53", Role.READER)
    Review.objects.create(application=application, reviewer=reviewer)
    contact = UserFactory(email="contact@societe.example")
    neighbour = organiser("28")

    seen = [
        (
            Decision.objects.visible_to(user).count(),
            ActivityEntry.objects.visible_to(user).filter(verb="decision.prepared").count(),
        )
        for user in (contact, reviewer, neighbour, reader, organiser())
    ]
    assert seen == [(0, 0), (0, 0), (0, 0), (1, 1), (1, 1)]
    pages = [
        application.get_absolute_url(),
        reverse("api:application-detail", args=[application.pk]),
        reverse("api:application-list"),
        reverse("admin:startups_application_change", args=[application.pk]),
    ]
    for user in (contact, reviewer):
        client.force_login(user)
        shown = "".join(client.get(page).content.decode() for page in pages)
        assert "Un secret" not in shown
        assert "Confidentiel" not in shown
    assert mails() == []


# --- Previewing and releasing ---------------------------------------------------------------------


def test_preview_release_renders_each_mail_as_it_will_leave_and_writes_nothing(call):
    taken = prepared("selected", reason="Un beau dossier", contact_email="a@a.example")
    first = prepared("waitlisted", contact_email="b@b.example", language="en")
    prepared("rejected", reason="Hors thématique", contact_email="c@c.example")
    call.places = 1
    call.save()
    before = [list(model.objects.values()) for model in (Application, Decision, ActivityEntry)]

    shown = [message for _row, message in preview_release(Call.objects.get())]
    assert mails() == []
    assert before == [
        list(model.objects.values()) for model in (Application, Decision, ActivityEntry)
    ]
    release_decisions(call_id=call.pk, by=None)
    sent = OutboxMessage.objects.order_by("pk")
    fields = ("kind", "recipient", "language", "subject", "body", "region_code")
    assert [[getattr(one, name) for name in fields] for one in shown] == [
        [getattr(one, name) for name in fields] for one in sent
    ]
    assert "Un beau dossier" in shown[0].body
    assert shown[0].subject.count("2030") == 2
    assert [taken.pk, first.pk] == list(
        Application.objects.filter(status__in=["selected", "waitlisted"])
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def test_release_decisions_tells_everybody_together(call):
    user = organiser("53", email="ana@region.example")
    refused = prepared("rejected", reason="Trop tôt", contact_email="d@d.example")
    late, early, _ranked = (
        prepared("waitlisted", rank=rank, contact_email=f"{name}@w.example")
        for name, rank in (("late", None), ("early", None), ("ranked", 7))
    )
    with_mean(early, "15.00")
    with_mean(late, "12.00")
    taken = [prepared("selected", contact_email=f"{name}@s.example") for name in ("s1", "s2")]
    with_mean(taken[1], "18.00")

    assert release_decisions(call_id=call.pk, by=user) == Released(2, 3, 1, 0)
    assert release_decisions(call_id=call.pk, by=user) == Released(0, 0, 0, 0)
    assert reloaded() == [
        ("rejected", None), ("waitlisted", 3), ("waitlisted", 2), ("waitlisted", 1),
        ("selected", None), ("selected", None),
    ]  # fmt: skip
    assert mails() == [
        ("selected", "s2"), ("selected", "s1"), ("rejected", "d"),
        ("waitlisted", "ranked"), ("waitlisted", "early"), ("waitlisted", "late"),
    ]  # fmt: skip
    refused.refresh_from_db()
    call.refresh_from_db()
    assert (refused.decision_reason, call.released_at) == ("Trop tôt", NOW)
    assert set(Decision.objects.values_list("released_at", flat=True)) == {NOW}
    told = {verb: by for verb, by, _reason in log() if not verb.startswith("decision.")}
    assert told == dict.fromkeys(
        (
            "application.selected", "application.waitlisted", "application.rejected",
            "call.decisions_released",
        ),
        "ana@region.example",
    )  # fmt: skip


def test_release_decisions_is_all_or_nothing_and_says_what_is_in_the_way(call):
    prepared("selected", display_name="Armor")
    prepared("selected", display_name="Belle-Île")
    mark_ineligible(
        application_id=prepared("selected", display_name="Cézembre").pk, by=None, reason="Siège"
    )
    prepared("rejected", display_name="Dinard")
    with pytest.raises(NotReady) as refusal:
        release_decisions(call_id=call.pk, by=None)

    problems = refusal.value.details["problems"]
    assert [problem.split(":")[0].split(",")[0] for problem in problems[:2]] == [
        "Cézembre", "Dinard",
    ]  # fmt: skip
    assert "3" in problems[2]
    assert len(problems) == 3
    assert ({status for status, _rank in reloaded()}, mails()) == (
        {"submitted", "ineligible"},
        [],
    )


def test_release_decisions_counts_the_places_already_held(call):
    ApplicationFactory(call=call, status="confirmed")
    prepared("selected")
    prepared("selected")
    with pytest.raises(NotReady):
        release_decisions(call_id=call.pk, by=None)

    assert len(plan_release(call).problems) == 1


def test_places_that_stay_free_are_offered_to_the_list_at_once_and_the_preview_says_so(call):
    prepared("selected", contact_email="a@a.example")
    prepared("waitlisted", contact_email="c@c.example", rank=2)
    prepared("waitlisted", contact_email="b@b.example", rank=1)
    expected = [("selected", "a"), ("waitlisted", "b"), ("waitlisted", "c"), ("promoted", "b")]

    shown = preview_release(Call.objects.get())
    assert [
        (message.kind.removeprefix("startups."), message.recipient.split("@")[0])
        for _row, message in shown
    ] == expected
    assert release_decisions(call_id=call.pk, by=None) == Released(1, 2, 0, 1)
    assert mails() == expected


def test_a_second_release_goes_on_from_the_first(call):
    prepared("selected")
    waiting = [prepared("waitlisted") for _ in range(2)]
    Call.objects.update(places=1)
    release_decisions(call_id=call.pk, by=None)
    prepare_decision(
        application_id=waiting[0].pk, outcome="rejected", by=None, reason="Plus de place"
    )
    with time_machine.travel(NOW + timedelta(days=9), tick=False):
        released = release_decisions(call_id=call.pk, by=None)

    call.refresh_from_db()
    assert (released, call.released_at) == (Released(0, 0, 1, 0), NOW)
    assert reloaded() == [("selected", None), ("rejected", None), ("waitlisted", 2)]


def test_release_decisions_is_for_managers_of_the_region(call):
    prepared("selected")
    for user in (organiser("28"), organiser("53", Role.READER)):
        with pytest.raises(PermissionDenied):
            release_decisions(call_id=call.pk, by=user)
        with pytest.raises(PermissionDenied):
            release_or_promise(call_id=call.pk, by=user)
    assert reloaded() == [("submitted", None)]


def test_many_decisions_are_released_by_a_worker(call):
    Call.objects.update(places=99)
    for _ in range(51):
        prepared("selected")
    user = organiser("53")
    job = release_or_promise(call_id=call.pk, by=user)
    assert (isinstance(job, Job), job.total, mails()) == (True, 51, [])

    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, len(mails())) == ("done", 51)
    assert job.result["url"] == reverse("admin:startups_call_decisions", args=[call.pk])
    assert set(ActivityEntry.objects.filter(verb="application.selected").values_list("by")) == {
        (user.pk,)
    }


def test_few_decisions_are_released_at_once_and_a_job_is_not_promised_for_what_cannot_be(call):
    prepared("selected")
    assert release_or_promise(call_id=call.pk, by=None) == Released(1, 0, 0, 0)
    for _ in range(51):
        prepared("rejected")
    with pytest.raises(NotReady):
        release_or_promise(call_id=call.pk, by=None)
    assert not Job.objects.exists()


# --- At a set time --------------------------------------------------------------------------------


def test_decisions_are_released_at_their_time_and_once(call):
    prepared("selected")
    Call.objects.update(release_at=NOW)

    assert release_due_decisions(now=NOW - timedelta(seconds=1)) == 0
    assert [release_due_decisions(now=NOW), release_due_decisions(now=NOW)] == [1, 0]
    later = prepared("selected")
    assert release_due_decisions(now=NOW + timedelta(days=1)) == 0
    later.refresh_from_db()
    assert (later.status, mails()) == ("submitted", [("selected", mails()[0][1])])
    assert ("application.selected", None, "") in log()


@pytest.mark.parametrize("is_prepared", [True, False])
def test_what_cannot_be_released_at_its_time_is_told_to_the_region_once(call, is_prepared):
    if is_prepared:
        prepared("rejected", display_name="Dinard")
    Call.objects.update(release_at=NOW)

    assert [release_due_decisions(now=NOW), release_due_decisions(now=NOW)] == [0, 0]
    call.refresh_from_db()
    message = OutboxMessage.objects.get()
    assert (call.release_at, call.released_at) == (None, None)
    assert (message.kind, message.recipient) == ("startups.release_refused", "appel@region.example")
    assert ("Dinard" in message.body) == is_prepared
    assert reverse("admin:startups_call_decisions", args=[call.pk]) in message.body
    entry = ActivityEntry.objects.get(verb="call.release_refused")
    assert (entry.by, "Dinard" in entry.reason) == (None, is_prepared)
