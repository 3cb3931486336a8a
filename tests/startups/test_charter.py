"""The charter: whose text it is, what identifies it, how it reads; and the call's public page."""

import hashlib

import pytest
from django.urls import reverse

from pavilion.core.access import Role
from startups import charter
from startups.models import Criterion
from tests.factories import (
    CallFactory,
    CriterionFactory,
    QuestionFactory,
    organiser,
)

pytestmark = pytest.mark.django_db


def test_a_call_without_a_charter_has_the_common_one_in_both_languages():
    call = CallFactory()

    french, english = charter.text(call, "fr"), charter.text(call, "en")

    assert (french.language, english.language) == ("fr", "en")
    assert [text.partition("\n")[0] for text in (french, english)] == [
        "Charte des exposants du pavillon des Régions",
        "Charter for exhibitors on the Regions’ pavilion",
    ]
    headings = [
        [part.text for part in charter.parts(text) if part.is_heading] for text in (french, english)
    ]
    assert headings == [
        [
            "1. Le stand",
            "2. La présence",
            "3. Le stand partagé",
            "4. Les personnes et la sécurité",
            "5. L’image",
            "6. Les données",
            "7. Les aides",
            "8. Le désistement",
            "9. Si la charte n’est pas respectée",
        ],
        [
            "1. The stand",
            "2. Presence",
            "3. The shared stand",
            "4. People and safety",
            "5. Image",
            "6. Data",
            "7. Aid",
            "8. Cancellation",
            "9. If the charter is not kept",
        ],
    ]


def test_the_region_s_own_charter_is_read_in_french_where_it_has_no_english():
    call = CallFactory(charter_fr="Article 1\r\nVenez.  \r\n")

    texts = [charter.text(call, language) for language in ("fr", "en")]

    assert [(text, text.language) for text in texts] == [("Article 1\nVenez.", "fr")] * 2
    assert [(part.text, part.is_heading) for part in charter.parts(texts[0])] == [
        ("Article 1", True),
        ("Venez.", False),
    ]


def test_the_digest_is_that_of_the_text_however_its_lines_end():
    call = CallFactory(charter_fr="1. Présence\r\nVenez.")

    expected = hashlib.sha256("1. Présence\nVenez.".encode()).hexdigest()
    assert charter.digest(charter.text(call, "fr")) == expected


def test_the_call_s_page_says_rules_questions_criteria_and_days(client):
    call = CallFactory(only_head_office=True, max_age_years=8)
    question = QuestionFactory(call=call, kind="yes_no")
    QuestionFactory(call=call, stage="later")
    innovation = CriterionFactory(call=call, name_fr="Innovation", weight=2, position=1)
    team = CriterionFactory(call=call, name_fr="Équipe", weight=1, position=2)

    context = client.get(reverse("startups:call", args=["53"])).context

    assert [rule.name for rule in context["rules"]] == ["head_office", "age"]
    assert (context["criteria"], context["questions"]) == (
        [(innovation, 67), (team, 33)],
        [question],
    )


@pytest.mark.parametrize("count", [1, 3])
def test_the_call_s_page_costs_the_same_for_one_and_three(client, count, django_assert_num_queries):
    call = CallFactory(only_head_office=True)
    for number in range(count):
        QuestionFactory(call=call)
        Criterion.objects.create(call=call, name_fr=f"Critère {number}")
    url = reverse("startups:call", args=["53"])
    client.get(url)

    with django_assert_num_queries(6):
        assert client.get(url).status_code == 200


def test_the_charter_is_public_with_its_call(client):
    call = CallFactory(is_published=False, charter_version=4)
    url = reverse("startups:charter", args=["53"])

    unseen = client.get(url).status_code
    client.force_login(organiser("53", Role.READER))
    seen = client.get(url, headers={"accept-language": "en"})
    client.logout()
    call.is_published = True
    call.save()
    public = client.get(url)

    assert (unseen, seen.status_code, public.status_code) == (404, 200, 200)
    assert str(public.context["text"]) == charter.text(call, "fr")
