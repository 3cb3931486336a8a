"""Each operation between a confirmed place and the fair: what it does, refuses, and tells."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.utils import translation

from pavilion.core.models import ActivityEntry, OutboxMessage
from startups import charter, operations
from startups.models import Aid, ChecklistDeadline, Exhibitor
from startups.operations import AidLine, Holder
from tests.factories import (
    DayFactory,
    ExhibitorFactory,
    QuestionFactory,
    UserFactory,
    organiser,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2030, 4, 20, 10, 0, tzinfo=UTC)
PAST = datetime(2030, 4, 10, 16, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def spring(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def exhibitor():
    return ExhibitorFactory(
        application__language="en",
        application__display_name="Iroise",
        application__call__advantage=Decimal("4000.00"),
        application__call__badge_quota=2,
    )


def mails():
    return list(OutboxMessage.objects.order_by("pk").values_list("kind", "recipient", "subject"))


def verbs():
    return list(ActivityEntry.objects.order_by("pk").values_list("verb", flat=True))


def closed(exhibitor, item):
    ChecklistDeadline.objects.create(call=exhibitor.application.call, item=item, due_at=PAST)


def sign(exhibitor, **changes):
    words = {"version": 1, "language": "en", "name": "Iris Le Roux", "role": "CEO", **changes}
    return operations.sign_charter(exhibitor_id=exhibitor.pk, by_name="Iris Le Roux", **words)


def declare(exhibitor, *amounts, **changes):
    aids = [AidLine(date(2029, 5, 2), "Bpifrance", Decimal(amount)) for amount in amounts]
    words = {"aids": aids, "has_none": not aids, **changes}
    return operations.declare_aid(exhibitor_id=exhibitor.pk, name="Iris Le Roux", **words)


# --- Charter ---------------------------------------------------------------------------------


def test_sign_charter_keeps_the_very_text_and_mails_a_copy(exhibitor):
    signature = sign(exhibitor)

    text = charter.common("en")
    assert (signature.version, signature.name, signature.role, signature.signed_at) == (
        1,
        "Iris Le Roux",
        "CEO",
        NOW,
    )
    assert (signature.text, signature.text_digest) == (text, charter.digest(text))
    contact = exhibitor.application.contact_email
    assert mails() == [
        ("startups.charter_signed", contact, "Charter signed: Iroise at VivaTech 2030")
    ]
    body = OutboxMessage.objects.get().body
    assert "Iris Le Roux (CEO) signed the exhibitor’s charter, version 1, for Iroise" in body
    assert text in body
    assert signature.text_digest in body
    assert verbs() == ["exhibitor.charter_signed"]


def test_sign_charter_again_keeps_the_first_signature(exhibitor):
    first = sign(exhibitor)
    second = sign(exhibitor, name="Somebody Else")

    assert (second.pk, second.name) == (first.pk, "Iris Le Roux")
    assert len(mails()) == 1


def test_a_newer_version_is_signed_beside_the_first(exhibitor):
    sign(exhibitor)
    call = exhibitor.application.call
    call.charter_version, call.charter_en, call.charter_fr = 2, "New rules", "Nouvelles règles"
    call.save()

    with pytest.raises(operations.CharterChanged):
        sign(ExhibitorFactory(application__call=call))
    sign(exhibitor, version=2)

    assert list(exhibitor.signatures.order_by("version").values_list("version", "text")) == [
        (1, charter.common("en")),
        (2, "New rules"),
    ]


# --- De minimis ------------------------------------------------------------------------------


def test_declare_aid_replaces_the_former_statement(exhibitor):
    declare(exhibitor, "1000.10", "2000.20")
    declare(exhibitor, "500.00")
    declare(exhibitor, "500.00")

    assert list(Aid.objects.values_list("granted_on", "authority", "amount")) == [
        (date(2029, 5, 2), "Bpifrance", Decimal("500.00"))
    ]
    assert verbs() == ["exhibitor.aid_declared"] * 2
    assert mails() == []

    assert declare(exhibitor).has_none
    assert not Aid.objects.exists()


def test_declare_aid_above_the_ceiling_is_kept_and_told_to_the_region_once(exhibitor):
    declare(exhibitor, "296000.00")
    assert mails() == []
    declare(exhibitor, "296000.01")
    declare(exhibitor, "297000.00")

    (mail,) = OutboxMessage.objects.all()
    assert (mail.kind, mail.recipient, mail.region_code, mail.language) == (
        "startups.aid_above",
        "appel@region.example",
        "53",
        "fr",
    )
    assert Aid.objects.get().amount == Decimal("297000.00")


@pytest.mark.parametrize(("aids", "has_none"), [((), False), (("10.00",), True)])
def test_declare_aid_wants_lines_or_the_word_none(exhibitor, aids, has_none):
    with pytest.raises(operations.AidUnclear):
        declare(exhibitor, *aids, has_none=has_none)
    assert verbs() == []


# --- Logo, name and pitches, needs -----------------------------------------------------------


def test_a_second_logo_replaces_the_first(exhibitor, django_capture_on_commit_callbacks):
    storage = exhibitor.vector_logo.storage
    names = []
    for content in (b"<svg/>", b"<svg></svg>"):
        with django_capture_on_commit_callbacks(execute=True):
            operations.send_vector_logo(
                exhibitor_id=exhibitor.pk, file=ContentFile(content, name="logo.svg")
            )
        names.append(Exhibitor.objects.get().vector_logo.name)

    assert [storage.exists(name) for name in names] == [False, True]
    assert verbs() == ["exhibitor.logo_sent"] * 2


def test_check_pitch_confirms_and_what_it_changes_is_found_at_once(exhibitor):
    operations.check_pitch(
        exhibitor_id=exhibitor.pk, values={"display_name": "Iroise Robotics", "website": ""}
    )

    exhibitor = Exhibitor.objects.select_related("application").get()
    assert (exhibitor.pitch_checked_at, exhibitor.slug) == (NOW, exhibitor.slug)
    assert "iroise robotics" in exhibitor.application.search_text
    assert exhibitor.application.sort_name.startswith("iroise robotics")
    entry = ActivityEntry.objects.get()
    assert (entry.before, entry.after) == (
        {"display_name": "Iroise"},
        {"display_name": "Iroise Robotics"},
    )


def test_confirm_needs_as_they_are_counts_once(exhibitor):
    for _time in range(2):
        operations.confirm_needs(exhibitor_id=exhibitor.pk, values={"needs_screen": False})

    assert Exhibitor.objects.get().needs_checked_at == NOW
    assert verbs() == ["exhibitor.needs_checked"]


def test_what_is_printed_is_closed_to_the_company_and_open_to_the_region(exhibitor):
    closed(exhibitor, "pitch")
    late = {"exhibitor_id": exhibitor.pk, "values": {"display_name": "Trop tard"}}
    operations.check_pitch(exhibitor_id=exhibitor.pk, values={})  # late is better than never

    with translation.override("en"), pytest.raises(operations.Frozen) as refusal:
        operations.check_pitch(**late)
    assert str(refusal.value).endswith("write to appel@region.example.")

    operations.check_pitch(**late, by=organiser("53"))
    assert str(Exhibitor.objects.select_related("application").get()) == "Trop tard"

    operations.reopen_item(exhibitor_id=exhibitor.pk, item="pitch", by=organiser("53"))
    operations.check_pitch(exhibitor_id=exhibitor.pk, values={"display_name": "À temps"})


def test_reopen_item_is_the_regions_and_for_what_closes(exhibitor):
    words = {"exhibitor_id": exhibitor.pk}
    with pytest.raises(operations.NotDone):
        operations.reopen_item(**words, item="charter", by=None)
    with pytest.raises(PermissionDenied):
        operations.reopen_item(**words, item="needs", by=organiser("76"))
    company = UserFactory(email=exhibitor.application.contact_email)
    with pytest.raises(PermissionDenied):
        operations.reopen_item(**words, item="needs", by=company)
    operations.reopen_item(**words, item="needs", by=organiser("53"))
    assert verbs() == []


# --- Badges ----------------------------------------------------------------------------------


def name_people(exhibitor, *holders, is_complete=True, **changes):
    return operations.save_badges(
        exhibitor_id=exhibitor.pk, holders=holders, is_complete=is_complete, **changes
    )


def test_people_with_an_address_are_told_once_what_is_kept(exhibitor):
    day = DayFactory()
    ada = Holder("Ada", "Riou", "CTO", "ada@societe.example", (day.pk,))
    (badge,) = name_people(exhibitor, ada, is_complete=False)
    name_people(
        exhibitor,
        Holder("Ada", "Riou-Le Goff", "CTO", "ada@societe.example", (), badge.pk),
        Holder("Sans", "Adresse"),
    )

    contact = exhibitor.application.call.contact_email
    (mail,) = OutboxMessage.objects.all()
    assert (mail.kind, mail.recipient, mail.subject) == (
        "startups.badge_notice",
        "ada@societe.example",
        "Your badge for VivaTech 2030: what we keep about you",
    )
    for words in (
        "Camille Le Goff has named you for a badge",
        "- Wednesday 12 June\n",
        "They come from your company.",
        "How long: until thirty days after the fair.",
        f"write to {contact}",
        "http://testserver/",
    ):
        assert words in mail.body
    assert [
        (badge.first_name, badge.last_name, badge.informed_at, badge.days.count())
        for badge in exhibitor.badges.order_by("pk")
    ] == [("Ada", "Riou-Le Goff", NOW, 0), ("Sans", "Adresse", None, 0)]


def test_another_address_is_another_persons_and_told(exhibitor):
    (badge,) = name_people(exhibitor, Holder("Ada", "Riou", "", "ada@societe.example"))
    name_people(exhibitor, Holder("Ada", "Riou", "", "ADA@societe.example", (), badge.pk))
    name_people(exhibitor, Holder("Eve", "Riou", "", "eve@societe.example", (), badge.pk))

    assert [recipient for _kind, recipient, _subject in mails()] == [
        "ada@societe.example",
        "eve@societe.example",
    ]


def test_who_is_off_the_list_is_removed_and_the_log_names_nobody(exhibitor):
    name_people(exhibitor, Holder("Ada", "Riou"), Holder("Eve", "Riou"))
    name_people(exhibitor, Holder("Ada", "Riou"))

    assert exhibitor.badges.count() == 1
    assert list(ActivityEntry.objects.order_by("pk").values_list("before", "after")) == [
        ({"people": 0}, {"people": 2}),
        ({"people": 2}, {"people": 1}),
    ]


def test_whom_a_colleague_named_meanwhile_stays_and_counts(exhibitor):
    (ada,) = name_people(exhibitor, Holder("Ada", "Riou"))
    name_people(exhibitor, Holder("Eve", "Riou"), seen=[])
    assert sorted(map(str, exhibitor.badges.all())) == ["Ada Riou", "Eve Riou"]

    with pytest.raises(operations.QuotaExceeded):
        name_people(exhibitor, Holder("Zoé", "Riou"), seen=[])
    name_people(exhibitor, Holder("Zoé", "Riou"), seen=[ada.pk])
    assert sorted(map(str, exhibitor.badges.all())) == ["Eve Riou", "Zoé Riou"]


@pytest.mark.parametrize(
    ("holders", "refusal"),
    [
        ([Holder("A", "B"), Holder("C", "D"), Holder("E", "F")], operations.QuotaExceeded),
        ([], operations.NobodyNamed),
        (
            [Holder("A", "B", "", "x@y.example"), Holder("C", "D", "", "X@y.example")],
            operations.NamedTwice,
        ),
    ],
)
def test_save_badges_refuses_and_keeps_nothing(exhibitor, holders, refusal):
    with pytest.raises(refusal):
        name_people(exhibitor, *holders)
    assert (exhibitor.badges.count(), mails(), verbs()) == (0, [], [])


def test_a_badge_of_another_exhibitor_is_not_touched(exhibitor):
    other = ExhibitorFactory(application__call=exhibitor.application.call)
    (theirs,) = name_people(other, Holder("Ada", "Riou"))
    name_people(exhibitor, Holder("Eve", "Riou", badge_id=theirs.pk))

    assert [str(badge) for badge in other.badges.all()] == ["Ada Riou"]
    assert [str(badge) for badge in exhibitor.badges.all()] == ["Eve Riou"]


# --- Questions, and what all share -----------------------------------------------------------


def test_answer_questions_writes_and_refuses_what_is_frozen(exhibitor):
    call = exhibitor.application.call
    QuestionFactory(call=call, stage="later", key="menu")
    QuestionFactory(call=call, stage="later", key="robot", frozen_after=PAST)
    words = {"exhibitor_id": exhibitor.pk}
    for _time in range(2):
        operations.answer_questions(**words, values={"menu": "Oui"})

    with pytest.raises(operations.AnswerFrozen):
        operations.answer_questions(**words, values={"menu": "Non", "robot": "Oui"})
    assert [answer.value for answer in exhibitor.application.answers.all()] == ["Oui"]
    assert verbs() == ["exhibitor.questions_answered"]

    operations.answer_questions(**words, values={"robot": "Oui"}, by=organiser("53"))
    assert exhibitor.application.answers.count() == 2


def test_nobody_prepares_for_a_fair_that_is_over_or_after_leaving(exhibitor, time_machine):
    gone = ExhibitorFactory(application__call=exhibitor.application.call, left_at=NOW)
    with pytest.raises(operations.NotExhibiting):
        sign(gone)

    time_machine.move_to("2030-06-16T10:00:00+02:00")
    with pytest.raises(operations.NotExhibiting):
        sign(exhibitor)
    assert sign(exhibitor, by=organiser("53")).version == 1


def test_only_the_company_and_its_region_prepare(exhibitor):
    for stranger in (UserFactory(), organiser("76"), organiser("53", "reader")):
        with pytest.raises(PermissionDenied):
            sign(exhibitor, by=stranger)
