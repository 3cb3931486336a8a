"""Nothing typed on the checklist is lost or overwritten, whatever happens meanwhile."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from pavilion.core.models import ActivityEntry
from startups import operations
from startups.models import (
    Aid,
    Answer,
    Application,
    Badge,
    ChecklistDeadline,
    ChecklistItem,
    Exhibitor,
)
from startups.operations import AidLine, Holder
from tests.factories import DayFactory, ExhibitorFactory, QuestionFactory, organiser
from tests.startups.test_preparation_pages import text, typed_aids, typed_badges
from tests.uploads import pdf, picture, upload

pytestmark = pytest.mark.django_db

NOW = datetime(2030, 4, 20, 10, 0, tzinfo=UTC)
SOON = datetime(2030, 4, 30, 16, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def spring(time_machine, client):
    time_machine.move_to(NOW, tick=False)
    client.cookies["django_language"] = "en"


@pytest.fixture
def exhibitor():
    exhibitor = ExhibitorFactory(
        application__display_name="Iroise",
        application__pitch_fr="Bonjour",
        application__pitch_en="Hello",
        application__website="",
    )
    for item in ChecklistItem.values:
        ChecklistDeadline.objects.create(call=exhibitor.application.call, item=item, due_at=SOON)
    return exhibitor


class Window:
    """A page of the checklist, opened before and sent later."""

    def __init__(self, client, exhibitor, page):
        self.client = client
        self.address = reverse(f"startups:application_{page}", args=[exhibitor.application.token])
        self.seen = client.get(self.address).context["seen"]

    def send(self, **typed):
        answer = self.client.post(self.address, {"seen": self.seen, **typed})
        if answer.status_code != 302:
            self.seen = answer.context["seen"]
        return answer


PITCH = {"display_name": "Iroise", "pitch_fr": "Bonjour", "pitch_en": "Hello", "website": ""}


def kept(*names):
    return Application.objects.values_list(*names, flat=len(names) == 1).get()


# --- Pitch and needs -------------------------------------------------------------------------


def test_a_pitch_changed_meanwhile_is_shown_beside_the_one_typed(client, exhibitor):
    window = Window(client, exhibitor, "pitch")
    values = {"pitch_fr": "De la région", "pitch_en": "From the region"}
    operations.check_pitch(exhibitor_id=exhibitor.pk, values=values, by=organiser("53"))

    page = window.send(**PITCH | {"pitch_fr": "Le mien"})

    assert page.status_code == 409
    form = page.context["form"]
    assert dict(form.errors) == {
        "__all__": [
            "This was changed while your page was open, in another window or by the region. "
            "Nothing was overwritten: compare both versions, then save again."
        ],
        "pitch_fr": [
            "Saved meanwhile: “De la région”. What you typed is still here: save again to keep it."
        ],
        "pitch_en": ["Changed meanwhile: this is the saved version."],
    }
    # Nobody touched the English one in this window: the newer one takes its place.
    shown = {name: form[name].value() for name in ("pitch_fr", "pitch_en")}
    assert shown == {"pitch_fr": "Le mien", "pitch_en": "From the region"}
    assert kept("pitch_fr", "pitch_en") == ("De la région", "From the region")

    assert window.send(**PITCH | shown).status_code == 302
    assert kept("pitch_fr", "pitch_en") == ("Le mien", "From the region")


def test_the_same_typed_in_two_windows_is_no_quarrel(client, exhibitor):
    windows = [Window(client, exhibitor, "pitch") for _number in range(2)]
    answers = [window.send(**PITCH | {"pitch_fr": "Le mien"}) for window in windows]
    assert [answer.status_code for answer in answers] == [302, 302]


def test_an_error_first_does_not_hide_what_changed_meanwhile(client, exhibitor):
    window = Window(client, exhibitor, "pitch")
    assert window.send(**PITCH | {"pitch_fr": "é" * 301}).status_code == 200
    operations.check_pitch(exhibitor_id=exhibitor.pk, values={"pitch_fr": "Autre"})

    assert window.send(**PITCH | {"pitch_fr": "é"}).status_code == 409
    assert kept("pitch_fr") == "Autre"


def test_needs_changed_meanwhile_are_not_overwritten(client, exhibitor):
    window = Window(client, exhibitor, "needs")
    values = {"power_watts": 300, "needs_screen": True, "technical_notes": "Robot"}
    operations.confirm_needs(exhibitor_id=exhibitor.pk, values=values)

    page = window.send(power_watts="500")

    assert page.status_code == 409
    form = page.context["form"]
    assert form.errors["power_watts"] == [
        "Saved meanwhile: “300”. What you typed is still here: save again to keep it."
    ]
    names = ("power_watts", "needs_screen", "technical_notes")
    assert [form[name].value() for name in names] == ["500", True, "Robot"]
    assert kept(*names) == (300, True, "Robot")

    assert window.send(power_watts="500", needs_screen="on").status_code == 302
    assert kept(*names) == (500, True, "")


@pytest.mark.parametrize("seen", ["", "[]", "no JSON", '{"pitch_fr": {"a": 1}}'])
def test_what_was_seen_may_be_anything(client, exhibitor, seen):
    window = Window(client, exhibitor, "pitch")
    window.seen = seen
    assert window.send(**PITCH).status_code in (302, 409)


# --- The logo of the directory ---------------------------------------------------------------


def test_a_valid_logo_is_kept_when_another_field_is_refused(client, exhibitor):
    window = Window(client, exhibitor, "pitch")

    page = window.send(**PITCH | {"pitch_fr": "", "logo": upload(picture(), "logo.png")})

    assert list(page.context["form"].errors) == ["pitch_fr"]
    assert "Your new logo is kept: no need to choose it again." in text(page)
    application = Application.objects.get()
    assert (bool(application.logo), application.pitch_fr) == (True, "Bonjour")
    assert Exhibitor.objects.get().pitch_checked_at is None
    assert ActivityEntry.objects.get().verb == "exhibitor.picture_sent"

    former = application.logo.name
    assert window.send(**PITCH).status_code == 302
    assert kept("logo") == former


def test_a_wrong_logo_is_not_kept(client, exhibitor):
    page = Window(client, exhibitor, "pitch").send(
        **PITCH | {"pitch_fr": "", "logo": upload(b"GIF", "logo.png")}
    )
    assert list(page.context["form"].errors) == ["pitch_fr", "logo"]
    assert (bool(kept("logo")), "is kept" in text(page)) == (False, False)


# --- Aid -------------------------------------------------------------------------------------


def test_aid_declared_meanwhile_is_shown_and_not_replaced(client, exhibitor):
    window = Window(client, exhibitor, "aid")
    theirs = AidLine(date(2029, 5, 2), "Bpifrance", Decimal(100), "Export")
    operations.declare_aid(exhibitor_id=exhibitor.pk, name="Ada", aids=[theirs])
    typed = typed_aids(("03/05/2029", "Région", "7,50"), received="some", name="Iris")

    page = window.send(**typed)

    assert page.status_code == 409
    assert page.context["saved"] == {
        "received": "some",
        "aids": ["02/05/2029 · Bpifrance · Export · 100,00 €"],
    }
    assert "02/05/2029 · Bpifrance · Export · 100,00 €" in text(page)
    assert 'value="Région"' in page.content.decode()
    assert list(Aid.objects.values_list("authority", flat=True)) == ["Bpifrance"]

    assert window.send(**typed).status_code == 302
    assert list(Aid.objects.values_list("authority", flat=True)) == ["Région"]


def test_a_statement_seen_is_replaced_at_once(client, exhibitor):
    aids = [AidLine(date(2029, 5, day), "Bpifrance", Decimal(100)) for day in (3, 2)]
    operations.declare_aid(exhibitor_id=exhibitor.pk, name="Ada", aids=aids)
    window = Window(client, exhibitor, "aid")
    assert json.loads(window.seen)["received"] == "some"

    assert window.send(**typed_aids(received="none", name="Iris")).status_code == 302
    assert not Aid.objects.exists()


# --- Answers ---------------------------------------------------------------------------------


def test_an_answer_given_meanwhile_is_not_overwritten_and_the_others_are_kept(client, exhibitor):
    call = exhibitor.application.call
    for key in ("menu", "robot", "team"):
        QuestionFactory(call=call, stage="later", key=key)
    QuestionFactory(call=call, stage="later", key="fire", kind="file")
    window = Window(client, exhibitor, "questions")
    theirs = {"menu": "Sans gluten", "team": "Ada"}
    operations.answer_questions(exhibitor_id=exhibitor.pk, values=theirs, by=organiser("53"))

    mine = {"q:menu": "Végétarien", "q:robot": "Oui", "q:team": ""}
    page = window.send(**mine, **{"q:fire": upload(pdf(), "feu.pdf")})

    assert page.status_code == 409
    assert page.context["form"].errors["q:menu"] == [
        "Saved meanwhile: “Sans gluten”. What you typed is still here: save again to keep it."
    ]

    def given():
        answers = Answer.objects.select_related("question")
        return {answer.question.key: answer.value or answer.file_name for answer in answers}

    # What was not touched here stays as it was answered there.
    assert given() == theirs | {"robot": "Oui", "fire": "feu.pdf"}
    assert window.send(**mine | {"q:team": "Ada"}).status_code == 302
    assert given()["menu"] == "Végétarien"


def test_an_answer_of_the_application_is_not_one_after_selection(exhibitor):
    QuestionFactory(call=exhibitor.application.call, key="before")
    with pytest.raises(operations.UnknownQuestion):
        operations.answer_questions(exhibitor_id=exhibitor.pk, values={"before": "x"})


# --- Badges ----------------------------------------------------------------------------------


def person(name, email, day, badge=None):
    typed = {"first_name": name, "last_name": "Riou", "email": email, "days": [day.pk]}
    return typed if badge is None else typed | {"badge_id": badge.pk}


def test_two_people_exchange_their_addresses(client, exhibitor):
    day = DayFactory()
    ada, eve = operations.save_badges(
        exhibitor_id=exhibitor.pk,
        holders=[
            Holder("Ada", "Riou", "", "a@x.example"),
            Holder("Eve", "Riou", "", "e@x.example"),
        ],
        is_complete=False,
    )
    typed = typed_badges(
        person("Ada", "e@x.example", day, ada), person("Eve", "a@x.example", day, eve)
    )

    assert Window(client, exhibitor, "badges").send(**typed).status_code == 302

    rows = Badge.objects.order_by("pk").values_list("pk", "first_name", "email")
    assert list(rows) == [(ada.pk, "Ada", "e@x.example"), (eve.pk, "Eve", "a@x.example")]


def test_who_was_named_meanwhile_is_told_when_the_list_is_too_long(client, exhibitor):
    day = DayFactory()
    window = Window(client, exhibitor, "badges")
    operations.save_badges(
        exhibitor_id=exhibitor.pk, holders=[Holder("Zoé", "Le Gall")], is_complete=False
    )
    page = window.send(**typed_badges(*(person(name, "", day) for name in ("Ada", "Eve", "Ida"))))

    assert page.status_code == 409
    assert "Named meanwhile, in another window or by the region: Zoé Le Gall" in text(page)


def test_nobody_is_lost_when_the_quota_was_lowered(client, exhibitor):
    call, day = exhibitor.application.call, DayFactory()
    badges = [
        Badge.objects.create(exhibitor=exhibitor, first_name=f"P{number}", last_name="Riou")
        for number in range(6)
    ]
    call.badge_quota = 3
    call.save()
    people = [person(badge.first_name, "", day, badge) for badge in badges]
    window = Window(client, exhibitor, "badges")

    page = window.send(**typed_badges(*people))
    assert (page.status_code, len(page.context["rows"].forms)) == (409, 6)
    gone = {"first_name": "", "last_name": ""}
    assert window.send(**typed_badges(gone, gone, gone, *people[3:])).status_code == 302
    assert list(Badge.objects.order_by("pk")) == badges[3:]


# --- Closed meanwhile ------------------------------------------------------------------------


def test_what_was_typed_before_the_closing_can_be_copied(client, exhibitor, time_machine):
    day = DayFactory()
    Exhibitor.objects.update(pitch_checked_at=NOW, needs_checked_at=NOW, badges_checked_at=NOW)
    windows = {page: Window(client, exhibitor, page) for page in ("pitch", "needs", "badges")}
    time_machine.move_to(SOON.replace(day=30, hour=17), tick=False)
    sent = {
        "pitch": PITCH | {"pitch_fr": "Mon texte"},
        "needs": {"technical_notes": "Mon texte"},
        "badges": typed_badges(person("Mon texte", "", day)),
    }
    for page, window in windows.items():
        answer = window.send(**sent[page])
        assert answer.status_code == 409
        assert "What you typed is not saved; copy it from here:" in text(answer)
        assert "Mon texte" in text(answer)
        assert "copy it from here" not in text(client.get(window.address))
