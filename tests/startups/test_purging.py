"""The nightly purge over the years: told first, done once, late or not."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from events.models import Region
from pavilion.core.access import Role
from pavilion.core.models import Job, OutboxMessage
from startups import retention, tasks
from startups.models import Application, Badge, LateCode, Purge, ResumeCode, Review, SheetImport
from startups.operations.forgetting import purging
from tests import factories as make

pytestmark = pytest.mark.django_db

# The call of the factories closes on 1 March 2030, the fair ends on 15 June 2030.
DRAFTS, BADGES = date(2030, 5, 30), date(2030, 7, 15)
YEAR, THREE_YEARS = date(2031, 6, 15), date(2033, 6, 15)


def a_year_s_work(code="53"):
    participation = make.ParticipationFactory(region=Region.objects.get(code=code))
    call = make.CallFactory(participation=participation)
    begun = datetime(2030, 2, 5, tzinfo=UTC)
    make.ApplicationFactory(
        call=call, status="draft", contact_email="brouillon@societe.example", created_at=begun
    )
    for status in ("rejected", "withdrawn", "declined", "ineligible", "submitted"):
        make.ApplicationFactory(call=call, status=status, created_at=begun)
    confirmed = make.ApplicationFactory(call=call, status="confirmed", created_at=begun)
    exhibitor = make.ExhibitorFactory(application=confirmed)
    Badge.objects.create(exhibitor=exhibitor, first_name="Nour", last_name="B", email="n@s.example")
    Review.objects.create(
        application=confirmed, reviewer=make.organiser(code, Role.REVIEWER), comment="Très bien."
    )
    return call


def night(time_machine, day, hour=3):
    time_machine.move_to(datetime(day.year, day.month, day.day, hour, 10, tzinfo=UTC), tick=False)
    tasks.purge_personal_data()


def every_night(time_machine, since, until):
    day = since
    while day <= until:
        night(time_machine, day)
        day += timedelta(days=1)


def told():
    """Kind, due, how many, treated, done on."""
    return [
        (p.kind, p.due_on, p.count, p.treated, p.done_at and timezone.localdate(p.done_at))
        for p in Purge.objects.order_by("due_on", "pk")
    ]


def left():
    return {
        "drafts": Application.objects.filter(status="draft").count(),
        "badges": Badge.objects.count(),
        "comments": Review.objects.exclude(comment="").count(),
        "named": Application.objects.filter(anonymised_at__isnull=True).count(),
        "anonymised": Application.objects.filter(anonymised_at__isnull=False).count(),
    }


def test_each_kind_goes_on_its_day_thirty_days_after_it_was_told(time_machine):
    a_year_s_work()
    story = []

    for day in (DRAFTS, BADGES, YEAR, THREE_YEARS):
        every_night(time_machine, day - timedelta(days=33), day - timedelta(days=31))
        story.append((day, "before", len(told()), left()))
        every_night(time_machine, day - timedelta(days=30), day - timedelta(days=1))
        story.append((day, "told", len(told()), left()))
        every_night(time_machine, day, day + timedelta(days=2))
        story.append((day, "done", len(told()), left()))

    whole = {"drafts": 1, "badges": 1, "comments": 1, "named": 7, "anonymised": 0}
    no_draft = {**whole, "drafts": 0, "named": 6}
    no_badge = {**no_draft, "badges": 0}
    year = {**no_badge, "comments": 0, "named": 1, "anonymised": 5}
    assert story == [
        (DRAFTS, "before", 0, whole),
        (DRAFTS, "told", 1, whole),
        (DRAFTS, "done", 1, no_draft),
        (BADGES, "before", 1, no_draft),
        (BADGES, "told", 2, no_draft),
        (BADGES, "done", 2, no_badge),
        (YEAR, "before", 2, no_badge),
        (YEAR, "told", 4, no_badge),
        (YEAR, "done", 4, year),
        (THREE_YEARS, "before", 4, year),
        (THREE_YEARS, "told", 5, year),
        (THREE_YEARS, "done", 5, {**year, "named": 0, "anonymised": 6}),
    ]
    assert told() == [
        ("drafts", DRAFTS, 1, 1, DRAFTS),
        ("badges", BADGES, 1, 1, BADGES),
        ("comments", YEAR, 1, 1, YEAR),
        ("not_chosen", YEAR, 5, 5, YEAR),
        ("exhibitors", THREE_YEARS, 1, 1, THREE_YEARS),
    ]


def test_region_is_told_once_and_so_is_the_author_of_a_draft(time_machine):
    a_year_s_work()

    every_night(time_machine, date(2030, 4, 28), date(2030, 5, 5))

    mails = OutboxMessage.objects.order_by("pk")
    assert [(mail.kind, mail.recipient, "30 mai 2030" in mail.subject) for mail in mails] == [
        ("startups.purge_announced", "appel@region.example", True),
        ("startups.draft_will_go.link", "brouillon@societe.example", True),
    ]
    assert ["30 mai 2030" in mail.body for mail in mails] == [True, True]


def test_night_that_comes_late_tells_first_and_waits_all_the_same(time_machine):
    a_year_s_work()
    late = date(2032, 1, 10)

    night(time_machine, late)
    night(time_machine, late + timedelta(days=29))
    before = left()
    night(time_machine, late + timedelta(days=30))

    due = late + timedelta(days=30)
    assert before["named"] == 7
    assert told() == [
        ("drafts", due, 1, 1, due),
        ("badges", due, 1, 1, due),
        ("comments", due, 1, 1, due),
        ("not_chosen", due, 5, 5, due),
    ]


def test_second_run_of_a_night_changes_nothing(time_machine):
    a_year_s_work()
    every_night(time_machine, YEAR - timedelta(days=30), YEAR - timedelta(days=30))
    night(time_machine, YEAR)
    after = (told(), left(), OutboxMessage.objects.count())

    night(time_machine, YEAR)
    night(time_machine, YEAR, hour=4)

    assert (told(), left(), OutboxMessage.objects.count()) == after


def test_closing_that_is_put_off_puts_off_what_was_announced(time_machine):
    call = a_year_s_work()
    night(time_machine, DRAFTS - timedelta(days=30))
    call.closes_at += timedelta(days=60)
    call.save()

    night(time_machine, DRAFTS)
    assert (told(), left()["drafts"]) == ([], 1)
    every_night(time_machine, DRAFTS + timedelta(days=30), DRAFTS + timedelta(days=60))

    later = DRAFTS + timedelta(days=60)
    assert told()[0] == ("drafts", later, 1, 1, later)


def test_draft_begun_after_the_announcement_is_told_of_anew(time_machine):
    call = a_year_s_work()
    night(time_machine, DRAFTS - timedelta(days=30))
    late = make.ApplicationFactory(call=call, status="draft")

    night(time_machine, DRAFTS)
    assert list(Application.objects.filter(status="draft")) == [late]
    night(time_machine, DRAFTS + timedelta(days=1))

    assert told()[1][:2] == ("drafts", DRAFTS + timedelta(days=31))


def test_draft_with_a_late_code_is_kept_as_long_as_it_may_come_in(time_machine):
    call = a_year_s_work()
    code = LateCode.objects.create(
        call=call, code="TARD", expires_at=datetime(2030, 6, 1, tzinfo=UTC)
    )
    late = make.ApplicationFactory(call=call, status="draft", late_code=code)

    night(time_machine, DRAFTS - timedelta(days=30))
    night(time_machine, DRAFTS)
    kept = list(Application.objects.filter(status="draft"))
    every_night(time_machine, date(2030, 8, 30), date(2030, 9, 30))

    assert (kept, left()["drafts"]) == ([late], 0)


def test_a_long_list_goes_in_batches(time_machine, monkeypatch):
    monkeypatch.setattr(purging, "AT_ONCE", 2)
    a_year_s_work()
    night(time_machine, YEAR - timedelta(days=30))

    night(time_machine, YEAR)

    assert (left()["anonymised"], told()[-1]) == (5, ("not_chosen", YEAR, 5, 5, YEAR))


def test_another_region_s_call_is_another_purge(time_machine):
    a_year_s_work("53")
    a_year_s_work("76")

    night(time_machine, DRAFTS - timedelta(days=30))

    assert list(Purge.objects.values_list("call__participation__region", "count")) == [
        ("53", 1),
        ("76", 1),
    ]


def test_log_holds_numbers_and_no_name(time_machine, caplog):
    a_year_s_work()
    caplog.set_level("INFO")

    night(time_machine, YEAR - timedelta(days=30))
    night(time_machine, YEAR)

    said = "\n".join(caplog.messages)
    names = ["Société", "societe.example", "Camille", "Nour"]
    assert [name for name in names if name in said] == []
    assert "not_chosen: 5 treated" in said


def test_copies_go_without_a_word(time_machine):
    call = make.CallFactory()
    time_machine.move_to("2030-02-10T10:00:00Z", tick=False)
    sheet = SheetImport.objects.create(
        call=call,
        file=ContentFile(b"x", name="liste.xlsx"),
        file_name="liste.xlsx",
        report={"rows": ["Camille"]},
    )
    job = Job.objects.create(
        kind="export",
        label="Export",
        language="fr",
        file=ContentFile(b"x", name="export.xlsx"),
        result={"count": 3},
        state="done",
        finished_at=timezone.now(),
    )
    ResumeCode.objects.create(
        application=make.ApplicationFactory(status="draft", call=call),
        digest="0",
        expires_at=timezone.now() + timedelta(minutes=30),
    )
    held = [(sheet.file.storage, sheet.file.name), (job.file.storage, job.file.name)]

    def state():
        sheet.refresh_from_db()
        job.refresh_from_db()
        return (
            bool(sheet.file),
            sheet.report,
            bool(job.file),
            job.result,
            ResumeCode.objects.count(),
        )

    night(time_machine, date(2030, 2, 11))
    assert state() == (True, {"rows": ["Camille"]}, True, {"count": 3}, 1)
    night(time_machine, date(2030, 2, 12))
    assert state()[-1] == 0
    night(time_machine, date(2030, 3, 13))

    assert state() == (False, {}, False, {}, 0)
    assert held
    assert not Purge.objects.exists()


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2030, 6, 15), 12, date(2031, 6, 15)),
        (date(2031, 2, 28), 12, date(2032, 2, 28)),
        (date(2032, 2, 29), 12, date(2033, 2, 28)),
        (date(2030, 10, 31), 1, date(2030, 11, 30)),
        (date(2030, 12, 31), 36, date(2033, 12, 31)),
    ],
)
def test_months_end_on_a_day_that_exists(day, months, later):
    assert retention.months_after(day, months) == later


def test_desk_counts_what_is_announced_and_shows_it(client, time_machine):
    a_year_s_work("53")
    a_year_s_work("76")
    night(time_machine, DRAFTS - timedelta(days=30))
    client.force_login(make.organiser("53"))
    client.cookies["django_language"] = "en"

    items = client.get(reverse("admin:index")).context["items"]
    page = client.get(reverse("admin:startups_purge_changelist") + "?done=no")

    assert [(item.count, item.sentence) for item in items if "erased" in item.sentence] == [
        (1, "kind of personal data is about to be erased")
    ]
    assert [purge.kind for purge in page.context["cl"].result_list] == ["drafts"]
    row = client.get(reverse("admin:startups_purge_change", args=[Purge.objects.first().pk]))
    assert row.status_code == 200


def test_reviewer_reads_no_announcement(client, time_machine):
    a_year_s_work("53")
    night(time_machine, DRAFTS - timedelta(days=30))
    client.force_login(make.organiser("53", Role.REVIEWER))

    assert client.get(reverse("admin:startups_purge_changelist")).status_code == 403


@pytest.mark.parametrize("regions", [1, 3])
def test_list_of_purges_asks_the_same_whatever_its_length(
    client, time_machine, django_assert_num_queries, regions
):
    for code in ("53", "76", "11")[:regions]:
        a_year_s_work(code)
    night(time_machine, DRAFTS - timedelta(days=30))
    client.force_login(make.organiser(""))
    client.get(reverse("admin:startups_purge_changelist"))

    with django_assert_num_queries(9):
        client.get(reverse("admin:startups_purge_changelist"))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_page_on_personal_data_says_what_the_purge_does(client, language):
    client.cookies["django_language"] = language

    page = client.get(reverse("core:privacy")).content.decode()

    for kind in (*retention.KINDS, *retention.COPIES):
        assert page.count("<tr>") >= 4 + len(retention.KINDS) + len(retention.COPIES)
        if language == "en":
            assert f'<th scope="row">{kind.what}</th>' in page
            assert f'<td data-label="Kept until">{kind.period}</td>' in page
