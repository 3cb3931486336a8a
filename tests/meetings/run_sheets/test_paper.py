import json
import re
from datetime import timedelta

import pytest
import typst
from django.urls import reverse
from django.utils import timezone, translation

from meetings.models import Delegate
from meetings.operations.run_sheets import NoPack, ask_print_pack, give_out_run_sheet
from meetings.run_sheets.printing import PATH, file_name, values_of
from meetings.run_sheets.subjects import Subject
from meetings.run_sheets.versions import Reader, sheet_for
from pavilion.core import jobs
from pavilion.core.printing import compiler, laying_out
from pavilion.core.printing.apart import typeset_apart
from tests.factories import (
    DelegationFactory,
    MeetingFactory,
    ParticipantFactory,
    PersonFactory,
    organiser,
)
from tests.meetings.conftest import NOW, TEN

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def sheet(subject, person=None, wanted=None):
    return sheet_for(subject, Reader(person=person), wanted=wanted, now=timezone.now())


def pages_of(values, folder):
    setter = typst.Compiler(
        laying_out.write(PATH, values, {}, folder),
        root=folder,
        font_paths=compiler.FONTS,
        ignore_system_fonts=True,
    )
    return json.loads(setter.query("<pages>", field="value", one=True))


def test_paper_says_which_version_it_is_and_when_it_was_printed(meeting, subject, national):
    never = values_of([sheet(subject)])["stamp"]
    give_out_run_sheet(subject=subject, by=national)
    given = values_of([sheet(subject)])
    meeting.press = "open"
    meeting.save()
    newer = values_of([sheet(subject)])

    assert never == "Working state, never given out · printed 20 May 2030, 09:00"
    assert given["stamp"] == (
        "Version 1, given out 20 May 2030, 09:00 · printed 20 May 2030, 09:00"
    )
    assert (given["sheets"][0]["version"], given["sheets"][0]["working"]) == ("V1", "")
    assert newer["stamp"] == ("Working state, newer than version 1 · printed 20 May 2030, 09:00")
    assert (newer["sheets"][0]["version"], newer["sheets"][0]["working"]) == ("", "Working state")
    assert file_name(sheet(subject, wanted=1)) == "run-sheet-maiwenn-kerzoncuff-v1.pdf"


def test_version_on_paper_marks_what_changed_since_the_one_before(meeting, subject, national):
    gone = MeetingFactory(
        status="confirmed", starts_at=TEN + timedelta(hours=3), subject_en="Lunch"
    )
    ParticipantFactory(meeting=gone, person=subject.row)
    give_out_run_sheet(subject=subject, by=national)
    meeting.starts_at += timedelta(minutes=15)
    meeting.save()
    gone.status = "cancelled"
    gone.save()
    give_out_run_sheet(subject=subject, by=national)

    (paper,) = values_of([sheet(subject, wanted=2)])["sheets"]

    assert paper["since"] == "Marked in the margin: what changed since version 1."
    assert paper["gone"] == ["Cancelled · Wed 12 June, 13:00 · Lunch"]
    assert [
        (row["starts"], row["change"], row["change_text"])
        for day in paper["days"]
        for row in day["rows"]
    ] == [("10:15", "Moved", "From 10:00–10:30 to 10:15–10:30.")]


def test_each_day_and_each_run_sheet_begins_a_page(meeting, subject, tmp_path):
    next_day = MeetingFactory(
        status="confirmed",
        starts_at=TEN + timedelta(days=1),
        ends_at=TEN + timedelta(days=1, hours=1),
    )
    ParticipantFactory(meeting=next_day, person=subject.row)
    one = sheet(subject)

    assert pages_of(values_of([one]), tmp_path) == 2
    assert pages_of(values_of([one, one]), tmp_path) == 4


def test_pdf_is_set_by_a_process_apart_the_same_every_time(client, meeting, subject, person):
    address = f"{person.get_absolute_url()}deroule/pdf/"
    response = client.get(address, headers={"accept-language": "en"})

    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    assert response["Content-Disposition"] == 'inline; filename="run-sheet-maiwenn-kerzoncuff.pdf"'
    assert response.content.startswith(b"%PDF-")
    values = values_of([sheet(subject)])
    assert typeset_apart(PATH, values, NOW) == typeset_apart(PATH, values, NOW)


def test_page_repeats_version_and_time_on_every_printed_page(client, meeting, subject, national):
    give_out_run_sheet(subject=subject, by=national)
    client.force_login(national)

    page = client.get(reverse("meetings:sheet", args=["person", subject.pk])).content.decode()

    (running,) = re.findall(r'<thead>\s*<tr class="print-only run-running">(.*?)</tr>', page, re.S)
    assert "20 May 2030, 09:00" in running or "20 mai 2030" in running.lower()


# --- The pack ---


def pack(subject, by):
    job = ask_print_pack(subject=subject, by=by)
    jobs.run(job.pk)
    job.refresh_from_db()
    return job


def test_pack_has_the_delegation_and_everybody_with_something_planned(
    meeting, edition, person, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    delegation = DelegationFactory(edition=edition, name_en="Brittany")
    for each in (person, PersonFactory()):
        Delegate.objects.create(delegation=delegation, person=each)
    subject = Subject("delegation", delegation, edition)

    job = pack(subject, organiser("", language="en"))

    assert (job.state, job.label, job.total, job.done) == (
        *("done", "Print: all run sheets of Brittany", 3, 3),
    )
    assert job.result == {"sentence": "The file is ready: 2 run sheets.", "count": 2}
    with job.file.open("rb") as made:
        assert made.read(5) == b"%PDF-"


def test_room_has_no_pack(meeting, edition, national):
    with pytest.raises(NoPack):
        ask_print_pack(subject=Subject("room", meeting.room, edition), by=national)
