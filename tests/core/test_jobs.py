"""Work that takes longer than a click: who does it, how often, and what its page says."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event

import pytest
from django.core.files.base import ContentFile
from django.db import connection, connections, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from kombu.exceptions import OperationalError

from pavilion.core import jobs, tasks
from pavilion.core.access import Role
from pavilion.core.errors import DomainError
from pavilion.core.models import Job, Membership, User
from tests.api import client_of
from tests.factories import organiser


class Full(DomainError):
    code = "full"


def count_to_three(job, progress):
    progress.begin(3)
    for number in range(3):
        progress.advance(number + 1)
    progress.keep("liste.csv", b"a;b\r\n")
    return {"sentence": _("yes"), "counted": 3}


def refuse(job, progress):
    raise Full("Il ne reste aucune place.")


def crash(job, progress):
    raise ZeroDivisionError


@pytest.fixture(autouse=True)
def kinds(monkeypatch):
    known = {"count": count_to_three, "refuse": refuse, "crash": crash}
    monkeypatch.setattr(jobs, "KINDS", known)
    return known


def promised(kind="count", by=None, **fields):
    with translation.override("fr"):
        return jobs.promise(kind=kind, label="Compter", by=by, arguments={}, **fields)


def outcome(job):
    job.refresh_from_db()
    return job.state, job.result, job.done, job.total, job.attempts


@pytest.mark.django_db
def test_a_job_tells_how_far_it_is_and_keeps_its_result_and_file():
    job = promised()

    tasks.run_job(job.pk)
    tasks.run_job(job.pk)

    assert outcome(job) == ("done", {"sentence": "oui", "counted": 3}, 3, 3, 1)
    with job.file.open() as file:
        assert (job.file_name, file.read()) == ("liste.csv", b"a;b\r\n")
    assert job.claimed_until is None
    assert job.finished_at is not None


@pytest.mark.django_db
def test_a_refusal_is_told_as_written():
    job = promised("refuse")
    jobs.run(job.pk)
    assert outcome(job) == ("failed", {"error": "Il ne reste aucune place."}, 0, 0, 1)


@pytest.mark.django_db
def test_a_crash_is_told_without_its_innards(caplog):
    job = promised("crash")
    jobs.run(job.pk)
    assert job.result == {}
    state, result, *_counts = outcome(job)
    assert (state, list(result), "Zero" in result["error"]) == ("failed", ["error"], False)
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.django_db
def test_nobody_promises_what_nobody_does():
    with pytest.raises(ValueError, match="No job of kind fly"):
        promised("fly")


@pytest.mark.django_db
def test_a_job_in_a_workers_hands_is_left_to_it_until_its_lease_is_over(time_machine):
    time_machine.move_to("2030-02-15T10:00:00+01:00", tick=False)
    job = promised()
    Job.objects.filter(pk=job.pk).update(
        state="running", attempts=1, claimed_until=timezone.now() + jobs.LEASE
    )
    tasks.sweep_jobs()
    assert outcome(job)[0] == "running"

    time_machine.shift(jobs.LEASE + timedelta(seconds=1))
    tasks.sweep_jobs()
    assert outcome(job) == ("done", {"sentence": "oui", "counted": 3}, 3, 3, 2)


@pytest.mark.django_db
def test_a_worker_thought_dead_stops_at_its_next_word_and_overwrites_nothing(kinds):
    def slow(job, progress):
        progress.begin(2)
        # Meanwhile another worker has taken it over and is nearly through.
        Job.objects.filter(pk=job.pk).update(attempts=2, done=1)
        progress.advance(2)
        raise AssertionError("never reached")

    kinds["slow"] = slow
    job = promised("slow")
    jobs.run(job.pk)
    assert outcome(job) == ("running", {}, 1, 2, 2)


@pytest.mark.django_db
def test_a_job_that_kills_its_workers_is_given_up():
    job = promised()
    gone = timezone.now() - timedelta(seconds=1)
    Job.objects.filter(pk=job.pk).update(state="running", attempts=3, claimed_until=gone)

    jobs.run_due()

    state, result, *_counts = outcome(job)
    assert (state, list(result)) == ("failed", ["error"])


@pytest.mark.django_db
def test_a_dead_broker_costs_a_moment_and_the_sweep_does_the_work(
    monkeypatch, django_capture_on_commit_callbacks, caplog
):
    def down(*args, **kwargs):
        raise OperationalError

    monkeypatch.setattr(jobs.current_app, "send_task", down)
    with django_capture_on_commit_callbacks(execute=True):
        job = promised()
    assert outcome(job)[0] == "queued"
    assert "The broker does not answer" in caplog.text

    tasks.sweep_jobs()
    assert outcome(job)[0] == "done"


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_one_does_the_job(kinds):
    runs, barrier = [], Barrier(2)
    kinds["once"] = lambda job, progress: runs.append(1) or {}
    with transaction.atomic():
        job = promised("once")

    def work():
        barrier.wait()
        try:
            jobs.run(job.pk)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        for each in [pool.submit(work), pool.submit(work)]:
            each.result()

    assert (runs, outcome(job)[0]) == ([1], "done")


def write_for_long(job, progress):
    """Minutes in one transaction, and a second worker that looks for dead ones."""
    began = timezone.now()
    seen = []
    with progress.in_one_transaction(), transaction.atomic():
        User.objects.create(email="written@pavilion.example")
        progress.advance(70)

        def look() -> bool:
            row = Job.objects.values("done", "claimed_until").get(pk=job.pk)
            is_due = jobs._due().filter(pk=job.pk).exists()
            seen.append((row["done"], row["claimed_until"] - began > jobs.LEASE, is_due))
            connections.close_all()
            return row["done"] == 70

        with ThreadPoolExecutor(1) as others:
            for _each in range(100):
                if others.submit(look).result() or connection.vendor == "sqlite":
                    break
                Event().wait(0.05)
    return {"seen": seen[-1]}


@pytest.mark.django_db(transaction=True)
def test_a_long_transaction_is_seen_to_live(kinds, monkeypatch):
    monkeypatch.setattr(jobs, "BEAT", 0.05)
    kinds["long"] = write_for_long
    job = promised("long", total=100)

    jobs.run(job.pk)

    # SQLite lets nobody else write meanwhile: it tells nothing, and has its time in advance.
    told = 0 if connection.vendor == "sqlite" else 70
    assert outcome(job) == ("done", {"seen": [told, True, False]}, 100, 100, 1)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_long_transaction_that_was_taken_over_is_not_committed(kinds, monkeypatch):
    monkeypatch.setattr(jobs, "BEAT", 0.05)

    def overtaken(job, progress):
        with progress.in_one_transaction(), transaction.atomic():
            User.objects.create(email="written@pavilion.example")
            with ThreadPoolExecutor(1) as others:
                others.submit(take_over, job).result()
            for number in range(100):
                Event().wait(0.05)
                progress.advance(number)

    def take_over(job):
        Job.objects.filter(pk=job.pk).update(attempts=2)
        connections.close_all()

    kinds["overtaken"] = overtaken
    job = promised("overtaken", total=100)

    jobs.run(job.pk)

    assert not User.objects.filter(email="written@pavilion.example").exists()
    assert outcome(job)[::4] == ("running", 2)


@pytest.mark.django_db
def test_jobs_long_over_go_with_their_files(time_machine):
    time_machine.move_to("2030-02-15T10:00:00+01:00", tick=False)
    old, waiting = promised(), promised()
    jobs.run(old.pk)
    old.refresh_from_db()
    time_machine.shift(jobs.KEPT)
    recent = promised()
    jobs.run(recent.pk)
    tasks.forget_old_jobs()
    assert Job.objects.count() == 3

    time_machine.shift(timedelta(seconds=1))
    tasks.forget_old_jobs()
    assert list(Job.objects.order_by("pk")) == [waiting, recent]
    assert not old.file.storage.exists(old.file.name)


# --- Its page, its file, its doors ---


@pytest.mark.django_db
def test_the_page_shows_what_came_of_it_and_who_was_left_out(client):
    by = organiser("53", language="en")
    client.force_login(by)
    problems = [{"who": "Société 1", "why": "Is full.", "url": "/admin/"}]
    job = promised(by=by)
    Job.objects.filter(pk=job.pk).update(
        state="done", result={"sentence": "2 of 3.", "problems": problems}
    )

    page = client.get(reverse("admin:core_job_change", args=[job.pk])).content.decode()

    assert '<p class="desk-outcome" role="status">2 of 3.</p>' in page
    assert '<th scope="row"><a href="/admin/">Société 1</a></th><td>Is full.</td>' in page
    assert "data-progress" not in page


@pytest.mark.django_db
def test_the_page_asks_how_far_a_running_job_is(client):
    by = organiser("53", language="en")
    client.force_login(by)
    job = promised(by=by, total=200)
    Job.objects.filter(pk=job.pk).update(state="running", done=50)
    url = reverse("admin:core_job_progress", args=[job.pk])

    page = client.get(reverse("admin:core_job_change", args=[job.pk])).content.decode()
    told = client.get(url, headers={"accept-language": "en"}).json()

    assert f'data-progress="{url}"' in page
    assert told == {
        "state": "running",
        "state_label": "Under way",
        "done": 50,
        "total": 200,
        "percent": 25,
        "is_over": False,
    }


@pytest.mark.django_db
def test_the_file_is_handed_to_who_asked_and_to_the_national_team_alone(client):
    by = organiser("53", Role.READER)
    job = promised(by=by)
    jobs.run(job.pk)
    urls = [
        reverse("admin:core_job_file", args=[job.pk]),
        reverse("admin:core_job_progress", args=[job.pk]),
        reverse("admin:core_job_change", args=[job.pk]),
        reverse("api:job-file", args=[job.pk]),
        reverse("api:job-detail", args=[job.pk]),
    ]
    answers = {}
    for name, user in {
        "own": by,
        "colleague": organiser("53"),
        "neighbour": organiser("76"),
        "national": organiser("", Role.READER),
    }.items():
        client.force_login(user)
        found = [client.get(url) for url in urls]
        answers[name] = [each.status_code for each in found]
        for each in found:
            each.getvalue()

    assert answers == {
        "own": [200] * 5,
        "colleague": [404] * 5,
        "neighbour": [404] * 5,
        "national": [200] * 5,
    }
    handed = client.get(urls[0])
    assert handed.getvalue() == b"a;b\r\n"
    assert handed.headers["Content-Disposition"] == 'attachment; filename="liste.csv"'
    assert handed.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
def test_who_leaves_a_desk_leaves_its_jobs():
    by = organiser("53", Role.READER)
    job = promised(by=by)
    assert job.region_code == "53"
    two = organiser("53")
    Membership.objects.create(user=two, region_code="76", role=Role.READER)
    of_both = promised(by=two)
    assert of_both.region_code == ""

    def seen(user):
        return list(Job.objects.visible_to(User.objects.get(pk=user.pk)))

    assert (seen(by), seen(two)) == ([job], [of_both])
    by.memberships.update(region_code="76")
    two.memberships.filter(region_code="53").delete()
    assert (seen(by), seen(two)) == ([], [])
    by.memberships.update(region_code="53", role=Role.REVIEWER)
    assert seen(by) == []


@pytest.mark.django_db
def test_a_job_without_file_has_none_to_hand_out(client):
    by = organiser("53")
    client.force_login(by)
    url = reverse("admin:core_job_file", args=[promised(by=by).pk])
    assert client.get(url).status_code == 404


@pytest.mark.django_db
def test_the_api_tells_a_job(time_machine):
    time_machine.move_to("2030-02-15T10:00:00+01:00", tick=False)
    by = organiser("53", full_name="Azénor")
    job = promised(by=by, region_code="53")
    Job.objects.filter(pk=job.pk).update(file=ContentFile(b"x", name="x.csv"), file_name="x.csv")

    found = client_of(by).get(reverse("api:job-list")).json()["results"]

    assert found == [
        {
            "id": job.pk,
            "kind": "count",
            "label": "Compter",
            "region_code": "53",
            "by": "Azénor",
            "state": "queued",
            "total": 0,
            "done": 0,
            "result": {},
            "file_name": "x.csv",
            "created_at": "2030-02-15T10:00:00+01:00",
            "started_at": None,
            "finished_at": None,
        }
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_jobs_costs_the_same_for_one_and_three(client, django_assert_num_queries, rows):
    by = organiser("53")
    client.force_login(by)
    for _number in range(rows):
        promised(by=by)
    with django_assert_num_queries(8):
        client.get(reverse("admin:core_job_changelist"))
