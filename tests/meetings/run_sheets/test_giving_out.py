from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from meetings.models import Delegate, RunSheetReading, RunSheetVersion
from meetings.operations.run_sheets import (
    NoSuchVersion,
    NothingToGiveOut,
    erase_old_run_sheets,
    give_out_run_sheet,
    note_run_sheet_read,
)
from meetings.run_sheets.lines import as_data
from meetings.run_sheets.reading import read_one
from meetings.run_sheets.subjects import Subject, of_person
from pavilion.core.access import Role
from pavilion.core.models import ActivityEntry, OutboxMessage
from tests.factories import DelegationFactory, PersonFactory, UserFactory, organiser
from tests.meetings.conftest import NOW, deliver, outbox

pytestmark = pytest.mark.django_db


def give_out(subject, by, **fields):
    return give_out_run_sheet(subject=subject, by=by, **fields)


def move(meeting):
    meeting.starts_at += timedelta(minutes=15)
    meeting.ends_at += timedelta(minutes=15)
    meeting.save()


def test_first_version_keeps_the_lines_and_says_so_in_the_log(meeting, subject, national):
    version = give_out(subject, national, note=" Après l’appel du cabinet ")

    assert (version.number, version.name, version.region_code, version.note, version.made_at) == (
        *(1, "Maïwenn Kerzoncuff", "53", "Après l’appel du cabinet", NOW),
    )
    assert version.lines == as_data(read_one(subject))
    entry = ActivityEntry.objects.get(verb="run_sheet.given_out")
    assert (entry.target_label, entry.region_code, entry.after) == (
        *("Maïwenn Kerzoncuff · V1", "53"),
        {"number": 1, "changes": 1},
    )
    assert outbox() == []


def test_unchanged_run_sheet_makes_no_new_version(meeting, subject, national):
    first = give_out(subject, national)

    assert give_out(subject, national, note="Encore") == first
    assert RunSheetVersion.objects.count() == 1


def test_changed_run_sheet_goes_out_under_the_next_number(meeting, subject, national):
    give_out(subject, national)
    move(meeting)

    assert give_out(subject, national).number == 2


def test_nothing_planned_is_refused(subject, national):
    with pytest.raises(NothingToGiveOut):
        give_out(subject, national)
    assert not RunSheetVersion.objects.exists()


def test_desk_of_another_region_and_readers_give_nothing_out(meeting, subject):
    for by in (organiser("76"), organiser("53", Role.READER), organiser("", Role.READER)):
        with pytest.raises(PermissionDenied):
            give_out(subject, by)
    give_out(subject, organiser("53"))


# --- The mail, if the organiser ticks it ---


def test_mail_says_what_changed_since_the_version_they_know(meeting, subject, national, person):
    person.secretariats.create(email="cabinet@region.example", name="Cabinet")
    person.secretariats.create(email="autre@region.example", receives=False)
    give_out(subject, national)
    move(meeting)
    give_out(subject, national, note="Le vol est retardé.", tells=True)

    assert outbox() == [
        ("run_sheet", "maiwenn@region.example", "queued"),
        ("run_sheet", "cabinet@region.example", "queued"),
    ]
    message = OutboxMessage.objects.earliest("pk")
    assert (message.subject, message.language, message.by) == (
        *("Version 2 of the run sheet · Maïwenn Kerzoncuff", "en"),
        national,
    )
    assert message.body.splitlines() == [
        "Version 2 of the run sheet · Maïwenn Kerzoncuff",
        "",
        "Version 2 of your run sheet has been given out.",
        "Le vol est retardé.",
        "",
        "What changed since version 1:",
        "",
        "– Moved · Wed 12 June, 10:15 · Talk",
        "  From 10:00–10:30 to 10:15–10:45.",
        "",
        "To read it, keep it as a PDF and say that you have read it, without an account:",
        f"http://testserver{person.get_absolute_url()}deroule/",
        "",
        "Pavillon des Régions",
    ]


def test_whoever_receives_their_mail_reads_the_run_sheet_in_it_and_gets_no_link(
    meeting, subject, national, person
):
    person.secretariats.create(email="cabinet@region.example", name="Cabinet")
    give_out(subject, national, tells=True)

    mail, copy = OutboxMessage.objects.order_by("pk")
    assert (mail.recipient, copy.recipient) == ("maiwenn@region.example", "cabinet@region.example")
    assert person.token in mail.body
    assert person.token not in copy.body + copy.html
    assert copy.body.splitlines() == [
        "This is for Maïwenn Kerzoncuff, whose mail you receive.",
        "",
        "Version 1 of the run sheet · Maïwenn Kerzoncuff",
        "",
        "Version 1 of the run sheet “Maïwenn Kerzoncuff” has been given out.",
        "",
        "The whole run sheet:",
        "",
        "Wednesday 12 June 2030",
        "",
        "10:00 – 10:30 · Talk",
        "Where: North Room, Hall 7, level 1",
        "With:",
        "  – Minister delegate for Digital Affairs and AI",
        "  – Maïwenn Kerzoncuff, President of the Regional Council",
        "On site: Lou Kervadec, 06\xa001\xa002\xa003\xa004",
        "",
        "All times are Paris time.",
        "",
        "Pavillon des Régions",
    ]


def test_who_is_of_the_delegation_gets_their_own_link_though_they_receive_for_another(
    meeting, edition, person, national
):
    delegation = DelegationFactory(edition=edition, name_fr="Bretagne")
    colleague = PersonFactory(last_name="Zéphir", email="zephir@region.example")
    person.secretariats.create(email="Zephir@region.example")
    for each in (person, colleague):
        Delegate.objects.create(delegation=delegation, person=each)

    give_out(Subject("delegation", delegation, edition), national, tells=True)

    mails = dict(OutboxMessage.objects.values_list("recipient", "body"))
    assert mails.keys() == {person.email, colleague.email}
    assert colleague.token in mails[colleague.email]


def test_mail_that_waits_is_replaced_and_tells_all_since_what_was_told(
    meeting, subject, national, person
):
    give_out(subject, national, tells=True)
    deliver()
    move(meeting)
    give_out(subject, national, tells=True)
    move(meeting)
    give_out(subject, national, tells=True)

    assert [state for _kind, _to, state in outbox()] == ["sent", "dropped", "queued"]
    assert "From 10:00–10:30 to 10:30–11:00." in OutboxMessage.objects.latest("pk").body


def test_whoever_was_told_of_a_version_is_not_told_again(meeting, subject, national):
    give_out(subject, national, tells=True)
    deliver()
    give_out(subject, national, tells=True)

    assert len(outbox()) == 1


def test_delegation_is_told_each_member_with_their_own_link(meeting, edition, person, national):
    delegation = DelegationFactory(edition=edition, name_fr="Bretagne", name_en="Brittany")
    colleague = PersonFactory(last_name="Abgrall", language="fr")
    for each in (person, colleague, PersonFactory(email="", last_name="Zéphir")):
        Delegate.objects.create(delegation=delegation, person=each)

    give_out(Subject("delegation", delegation, edition), national, tells=True)

    messages = OutboxMessage.objects.order_by("pk")
    assert [message.recipient for message in messages] == [colleague.email, person.email]
    link = f"{person.get_absolute_url()}deroule/delegation/{delegation.pk}/"
    assert link in messages[1].body
    assert "the run sheet “Brittany”" in messages[1].body


# --- Reading ---


def test_reading_notes_the_highest_version_once(meeting, subject, national, person):
    give_out(subject, national)
    move(meeting)
    give_out(subject, national)

    for number in (1, 2, 2, 1):
        note_run_sheet_read(subject=subject, number=number, person=person)
    note_run_sheet_read(subject=subject, number=1, user=national)

    rows = RunSheetReading.objects.order_by("pk").values_list("person", "user", "number")
    assert list(rows) == [(person.pk, None, 2), (None, national.pk, 1)]


def test_version_that_was_never_given_out_cannot_be_read(meeting, subject, person):
    with translation.override("en"), pytest.raises(NoSuchVersion) as refusal:
        note_run_sheet_read(subject=subject, number=1, person=person)
    assert str(refusal.value) == "There is no version 1 of this run sheet."


def test_a_year_after_the_fair_nothing_given_out_is_left(
    meeting, subject, national, person, edition
):
    give_out(subject, national)
    note_run_sheet_read(subject=subject, number=1, person=person)
    a_year_later = edition.ends_on + timedelta(days=365)

    assert erase_old_run_sheets(today=a_year_later) == 0
    assert RunSheetVersion.objects.count() == 1
    assert erase_old_run_sheets(today=a_year_later + timedelta(days=1)) == 1
    assert erase_old_run_sheets(today=a_year_later + timedelta(days=1)) == 0

    left = (RunSheetVersion.objects.count(), RunSheetReading.objects.count())
    assert left == (0, 0)
    entry = ActivityEntry.objects.get(verb="edition.run_sheets_erased")
    assert (entry.target_label, entry.by, entry.after) == (str(edition), None, {"count": 1})


# --- Whose they are ---


def test_versions_are_seen_by_their_desk_and_the_delegate(meeting, subject, national, edition):
    mine = give_out(subject, national)
    day = edition.days.get()
    theirs = give_out(Subject("day", day, edition), national)
    subject.row.user = UserFactory()
    subject.row.save()

    def seen(user):
        return list(RunSheetVersion.objects.visible_to(user).order_by("pk"))

    assert seen(national) == [mine, theirs]
    assert seen(organiser("53", Role.READER)) == [mine]
    assert seen(subject.row.user) == [mine]
    assert (
        seen(organiser("53", Role.REVIEWER)) == seen(organiser("76")) == seen(UserFactory()) == []
    )


def test_run_sheet_of_another_edition_has_numbers_of_its_own(meeting, subject, national, person):
    give_out(subject, national)
    other = of_person(person, type(subject.edition).objects.create(
        year=2031,
        name="VivaTech",
        starts_on=subject.edition.starts_on.replace(year=2031),
        ends_on=subject.edition.ends_on.replace(year=2031),
        venue_name="Paris",
    ))  # fmt: skip

    with pytest.raises(NothingToGiveOut):
        give_out(other, national)
