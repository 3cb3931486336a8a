"""The desk's pages of a call: its form, its rows, its questions, its codes."""

from datetime import UTC, datetime

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from events.models import Region
from pavilion.core.access import Role
from pavilion.core.models import ActivityEntry
from startups.models import Call, ChecklistDeadline, Criterion, LateCode, Question, Quota
from tests.factories import (
    AnswerFactory,
    ApplicationFactory,
    CallFactory,
    ParticipationFactory,
    QuestionFactory,
    organiser,
)

pytestmark = pytest.mark.django_db

OPENS = datetime(2030, 2, 1, 8, tzinfo=UTC)
TYPED = {
    "places": "12",
    "contact_email": "appel@region.example",
    "opens_at_0": "2030-02-01",
    "opens_at_1": "09:00",
    "closes_at_0": "2030-03-01",
    "closes_at_1": "18:00",
    "grace_minutes": "10",
    "confirm_within_days": "10",
    "offer_within_days": "3",
    "reviews_each": "2",
    "badge_quota": "3",
    "hides_other_scores": "on",
    "fills_by_itself": "on",
}


def rows(prefix, *new, old=()):
    """What a browser sends of the rows under a call."""
    typed = [*old, *new]
    sent = {f"{prefix}-TOTAL_FORMS": len(typed), f"{prefix}-INITIAL_FORMS": len(old)}
    for number, row in enumerate(typed):
        sent |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return sent


NO_ROWS = {**rows("criteria"), **rows("quotas"), **rows("deadlines")}


@pytest.fixture
def manager(client):
    user = organiser("53", language="en")
    client.force_login(user)
    return user


def verbs():
    return list(ActivityEntry.objects.order_by("pk").values_list("verb", flat=True))


def told(response):
    return [str(each) for each in get_messages(response.wsgi_request)]


def change(client, call, **typed):
    url = reverse("admin:startups_call_change", args=[call.pk])
    return client.post(url, {**TYPED, **NO_ROWS, **typed}, headers={"accept-language": "en"})


def test_desk_writes_and_publishes_a_call_by_the_operations(client, manager):
    participation = ParticipationFactory()

    client.post(
        reverse("admin:startups_call_add"),
        {"participation": participation.pk, "themes": ["cyber"], **TYPED},
    )
    call = Call.objects.get()
    deadlines = [
        {"id": row.pk, "call": call.pk, "due_at_0": "2030-05-01", "due_at_1": "12:00"}
        for row in call.deadlines.order_by("due_at", "pk")
    ]
    change(client, call, is_published="on", **rows("deadlines", old=deadlines))

    call.refresh_from_db()
    assert (call.opens_at, call.places, call.is_published) == (OPENS, 12, True)
    assert [theme.pk for theme in call.themes.all()] == []
    assert set(call.deadlines.values_list("due_at", flat=True)) == {
        datetime(2030, 5, 1, 10, tzinfo=UTC)
    }
    assert verbs() == [
        "call.created",
        "call.changed",
        "call.published",
        *["call.deadline_changed"] * 7,
    ]


def test_desk_keeps_a_call_published_once_somebody_has_begun_to_apply(client, manager):
    call = ApplicationFactory(call=CallFactory(places=10)).call

    response = change(client, call)

    assert response.context["adminform"].form.errors == {
        "is_published": ["Bretagne’s call already has applications: it stays published."]
    }
    call.refresh_from_db()
    assert (call.places, call.is_published) == (10, True)


def test_desk_writes_criteria_quotas_and_deadlines_under_the_call(client, manager):
    call = CallFactory()

    response = change(
        client,
        call,
        is_published="on",
        **rows(
            "criteria",
            {"name_fr": "Innovation", "weight": "3", "max_score": "5", "position": "0"},
            {"name_fr": "Équipe", "weight": "1", "max_score": "5", "position": "0"},
        ),
        **rows("quotas", {"whom": "department:35", "least": "3"}, {"whom": "women:", "least": "4"}),
        **rows("deadlines", {"item": "logo", "due_at_0": "2030-05-01", "due_at_1": "18:00"}),
    )

    assert response.status_code == 302
    assert list(Criterion.objects.order_by("position").values_list("name_fr", "position")) == [
        ("Innovation", 1),
        ("Équipe", 2),
    ]
    assert list(Quota.objects.order_by("dimension").values_list("dimension", "value", "least")) == [
        ("department", "35", 3),
        ("women", "", 4),
    ]
    assert list(ChecklistDeadline.objects.values_list("item", "due_at")) == [
        ("logo", datetime(2030, 5, 1, 16, tzinfo=UTC))
    ]


def test_a_refused_row_comes_back_with_everything_typed(client, manager):
    call = CallFactory(places=10)

    response = change(
        client, call, is_published="on", **rows("quotas", {"whom": "women:", "least": "13"})
    )

    assert response.context["adminform"].form.non_field_errors() == [
        "Together these quotas ask for 13 places; the call has 12."
    ]
    call.refresh_from_db()
    assert (call.places, Quota.objects.count()) == (10, 0)


def test_rows_are_changed_and_removed_by_their_operations(client, manager):
    call = CallFactory()
    criterion = Criterion.objects.create(call=call, name_fr="Équipe", position=1)
    quota = Quota.objects.create(call=call, dimension="women", least=4)
    row = {"name_fr": "Équipe", "weight": "2", "max_score": "5", "position": "1"}

    change(
        client,
        call,
        is_published="on",
        **rows("criteria", old=[{"id": criterion.pk, "call": call.pk, **row}]),
        **rows(
            "quotas",
            old=[{"id": quota.pk, "call": call.pk, "whom": "women:", "least": "4", "DELETE": "on"}],
        ),
    )

    criterion.refresh_from_db()
    assert (criterion.weight, Quota.objects.count()) == (2, 0)
    assert verbs() == ["call.changed", "call.criterion_changed", "call.quotas_set"]


QUESTION = {
    "label_fr": "Où en êtes-vous ?",
    "kind": "choice",
    "stage": "now",
    "options": "Bêta | Beta\nlive | En service | ",
    "max_items": "10",
    "is_for_jury": "on",
}


def test_a_question_is_written_in_lines_of_words(client, manager):
    call = CallFactory()
    first = QuestionFactory(call=call, kind="yes_no", label_fr="Un prototype ?")

    response = client.post(
        reverse("admin:startups_question_add"),
        {"call": call.pk, **QUESTION, "shown_if": f"{first.pk}:yes"},
    )
    question = Question.objects.exclude(pk=first.pk).get()
    url = reverse("admin:startups_question_change", args=[question.pk])
    form = client.get(url).context["adminform"].form

    assert response.url == reverse("admin:startups_call_questions", args=[call.pk])
    assert question.options == [
        {"value": "beta", "fr": "Bêta", "en": "Beta"},
        {"value": "live", "fr": "En service", "en": ""},
    ]
    assert (question.depends_on, question.depends_value) == (first, "yes")
    assert form["options"].value() == "beta | Bêta | Beta\nlive | En service |"
    assert form["shown_if"].value() == f"{first.pk}:yes"
    assert form.fields["shown_if"].choices[1:] == [
        (
            "Un prototype ?",
            [
                (f"{first.pk}:", "has any answer"),
                (f"{first.pk}:yes", "is answered “Yes”"),
                (f"{first.pk}:no", "is answered “No”"),
            ],
        )
    ]


def test_a_repeated_block_is_written_in_lines_of_words(client, manager):
    call = CallFactory()
    typed = {
        **QUESTION,
        "kind": "group",
        "options": "",
        "parts": "Nom | Name | texte | oui\nArrivée | | date\n",
    }

    client.post(reverse("admin:startups_question_add"), {"call": call.pk, **typed})

    assert Question.objects.get().parts == [
        {"key": "nom", "kind": "text", "fr": "Nom", "en": "Name", "is_required": True},
        {"key": "arrivee", "kind": "date", "fr": "Arrivée", "en": "", "is_required": False},
    ]


def test_a_question_nobody_could_answer_comes_back_as_typed(client, manager):
    call = CallFactory()
    typed = {"call": call.pk, **QUESTION, "options": "Bêta"}

    response = client.post(
        reverse("admin:startups_question_add"), typed, headers={"accept-language": "en"}
    )

    form = response.context["adminform"].form
    assert form.errors == {"options": ["Write at least two choices."]}
    assert form["options"].value() == "Bêta"
    assert not Question.objects.exists()


def test_questions_are_moved_among_those_of_their_stage(client, manager):
    call = CallFactory()
    first, later, second = (
        QuestionFactory(call=call, position=position, stage=stage)
        for position, stage in enumerate(("now", "later", "now"), 1)
    )
    url = reverse("admin:startups_call_questions", args=[call.pk])

    client.post(url, {"question": second.pk, "to": "up"})
    client.post(url, {"question": second.pk, "to": "up"})

    assert list(call.questions.in_order()) == [second, first, later]
    stages = client.get(url).context["stages"]
    assert [[row for _place, row in found] for _label, found in stages] == [
        [second, first],
        [later],
    ]


def test_late_codes_are_given_and_revoked_on_the_calls_page(client, time_machine):
    time_machine.move_to("2030-02-15T10:00:00+01:00", tick=False)
    client.force_login(organiser("53", language="en"))
    call = CallFactory()
    url = reverse("admin:startups_call_late_codes", args=[call.pk])
    wanted = {"note": "Cluster", "max_uses": "2", "expires_at": "2030-03-10T18:00"}

    refused = client.post(
        url, {**wanted, "expires_at": "2030-02-20T18:00"}, headers={"accept-language": "en"}
    )
    given = client.post(url, wanted)
    code = LateCode.objects.get()
    for wrong in ("abc", "", "9" * 30, "9" * 5000, str(code.pk + 1)):
        assert client.post(url, {"revoke": wrong}).status_code == 404
    client.post(url, {"revoke": code.pk})

    assert list(refused.context["form"].errors) == ["expires_at"]
    assert told(given) == [f"The code {code} is given."]
    code.refresh_from_db()
    assert (code.max_uses, code.expires_at) == (2, datetime(2030, 3, 10, 17, tzinfo=UTC))
    assert verbs() == ["call.late_code_given", "call.late_code_revoked"]


def test_a_call_is_copied_from_the_list(client, manager):
    source = CallFactory(participation=ParticipationFactory(region=Region.objects.get(code="76")))
    QuestionFactory(call=source)
    mine = ParticipationFactory()

    response = client.post(
        reverse("admin:startups_call_copy_from"),
        {
            "source": source.pk,
            "participation": mine.pk,
            "opens_at": "2030-02-01T09:00",
            "closes_at": "2030-03-01T18:00",
        },
    )

    call = Call.objects.get(participation=mine)
    assert response.url == reverse("admin:startups_call_change", args=[call.pk])
    assert (call.opens_at, call.questions.count(), call.is_published) == (OPENS, 1, False)


@pytest.mark.parametrize("key", ["company", "project", "presence", "questions", "commitments"])
def test_the_form_is_previewed_before_it_is_published(client, manager, key):
    call = CallFactory(is_published=False, only_head_office=True)
    QuestionFactory(call=call, label_fr="Votre produit ?", label_en="Your product?")
    url = reverse("admin:startups_call_preview_step", args=[call.pk, key])

    response = client.get(url, {"language": "en"})

    assert response.status_code == 200
    assert [part.step.key for part, _url in response.context["previewed_steps"]] == [
        *("company", "project", "presence", "questions", "contact", "commitments")
    ]
    assert b'<fieldset class="application previewed" disabled>' in response.content
    assert (b"Your product?" in response.content) == (key == "questions")
    assert call.applications.count() == 0


def test_a_preview_knows_only_the_steps_there_are(client, manager):
    call = CallFactory()

    for key in ("questions", "nothing"):
        url = reverse("admin:startups_call_preview_step", args=[call.pk, key])
        assert client.get(url).status_code == 404


@pytest.mark.parametrize("role", [Role.READER, Role.REVIEWER])
def test_only_managers_shape_a_call(client, role):
    call = CallFactory()
    question = QuestionFactory(call=call)
    client.force_login(organiser("53", role))
    expected = 403 if role == Role.READER else 404

    for name in ("questions", "late_codes"):
        url = reverse(f"admin:startups_call_{name}", args=[call.pk])
        assert client.post(url, {"question": question.pk, "to": "up"}).status_code == expected
    retire = reverse("admin:startups_question_retire", args=[question.pk])
    assert client.post(retire).status_code == 403
    assert verbs() == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_questions_page_costs_the_same_for_one_and_three(
    client, manager, count, django_assert_num_queries
):
    call = CallFactory()
    for number in range(count):
        AnswerFactory(
            application=ApplicationFactory(call=call), question=QuestionFactory(call=call)
        )
        LateCode.objects.create(call=call, code=f"BRE-{number:06d}", expires_at=OPENS)
    for name, queries in (("questions", 7), ("late_codes", 7)):
        url = reverse(f"admin:startups_call_{name}", args=[call.pk])
        client.get(url)
        with django_assert_num_queries(queries):
            assert client.get(url).status_code == 200
