"""Files are reached through their application alone, by who may read it."""

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from events.models import Region
from pavilion.core.access import Role
from startups.models import Answer, Review
from startups.uploads import files
from tests import factories as make

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 content"


def file_answer(**fields) -> Answer:
    return make.AnswerFactory(file=ContentFile(PDF, name="kbis.pdf"), **fields)


def doors(answer: Answer) -> list[str]:
    """The desk's and the API's."""
    arguments = [answer.application.pk, answer.question.key]
    return [
        reverse("startups:desk_answer_file", args=arguments),
        reverse("api:application-file", args=arguments),
    ]


def answers_to(user, paths: list[str]) -> list[int]:
    browser = Client()
    browser.force_login(user)
    found = []
    for path in paths:
        response = browser.get(path)
        b"".join(response)  # a file stays open until it is read
        found.append(response.status_code)
    return found


def test_file_comes_as_it_was_named_and_runs_nowhere(client):
    answer = file_answer(file_name="Extrait Kbis n° 2.pdf")
    path = reverse("startups:answer_file", args=[answer.application.token, answer.question.key])

    response = client.get(path)

    assert b"".join(response.streaming_content) == PDF
    assert {
        name: response[name]
        for name in ("Content-Type", "Content-Disposition", "Content-Security-Policy")
    } == {
        "Content-Type": "application/pdf",
        "Content-Disposition": "attachment; filename*=utf-8''Extrait%20Kbis%20n%C2%B0%202.pdf",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }


def test_api_sends_the_file_whatever_kind_the_program_takes(client):
    answer = file_answer()
    client.force_login(make.organiser("53"))
    path = reverse("api:application-file", args=[answer.application.pk, answer.question.key])

    found = [client.get(path, HTTP_ACCEPT=kind) for kind in ("*/*", "application/pdf", "image/*")]

    assert [b"".join(response.streaming_content) for response in found] == [PDF] * 3


def test_region_reads_its_own_files_and_no_neighbour_s():
    occitanie = make.CallFactory(
        participation=make.ParticipationFactory(region=Region.objects.get(code="76"))
    )
    theirs = file_answer(application=make.ApplicationFactory(call=occitanie))
    paths = doors(theirs)

    found = {
        (code, str(role)): answers_to(make.organiser(code, role), paths)
        for code in ("53", "76")
        for role in (Role.MANAGER, Role.READER, Role.REVIEWER)
    }

    assert {key: statuses for key, statuses in found.items() if key[0] == "53"} == {
        ("53", "manager"): [404, 404],
        ("53", "reader"): [404, 404],
        ("53", "reviewer"): [404, 404],
    }
    assert (found["76", "manager"], found["76", "reader"]) == ([200, 200], [200, 200])


def test_jury_reads_what_was_meant_for_it_once_assigned():
    shown = file_answer()
    kept = file_answer(application=shown.application, question__is_for_jury=False)
    assigned, stranger, recused = (make.organiser("53", Role.REVIEWER) for _ in range(3))
    Review.objects.create(application=shown.application, reviewer=assigned)
    Review.objects.create(application=shown.application, reviewer=recused, status="recused")

    found = [
        [answers_to(reviewer, doors(answer)) for answer in (shown, kept)]
        for reviewer in (assigned, stranger, recused)
    ]

    assert found == [
        [[200, 200], [404, 404]],
        [[404, 404], [404, 404]],
        [[404, 404], [404, 404]],
    ]


def test_draft_s_file_is_for_its_author_alone():
    author = make.UserFactory(email="autrice@societe.example")
    draft = make.ApplicationFactory(status="draft", contact_email=author.email)
    paths = doors(file_answer(application=draft))

    assert answers_to(author, paths) == [200, 200]
    assert answers_to(make.organiser("53"), paths) == [404, 404]
    assert answers_to(make.organiser(""), paths) == [404, 404]


def test_another_company_s_key_opens_nothing(client):
    answer = file_answer()
    other = make.ApplicationFactory(call=answer.application.call)
    paths = [
        reverse("startups:answer_file", args=[other.token, answer.question.key]),
        reverse("startups:answer_file", args=[answer.application.token, "autre"]),
        reverse("startups:vector_logo", args=[other.token]),
    ]

    assert [client.get(path).status_code for path in paths] == [404, 404, 404]


def test_answer_without_a_file_and_a_file_that_is_lost_are_not_found(client):
    words = make.AnswerFactory(value="Oui")
    lost = file_answer(application=words.application)
    lost.file.storage.delete(lost.file.name)
    token = words.application.token

    assert [
        client.get(reverse("startups:answer_file", args=[token, each.question.key])).status_code
        for each in (words, lost)
    ] == [404, 404]


def test_no_path_of_the_storage_is_an_address():
    answer = file_answer()
    browser = Client()
    browser.force_login(make.organiser(""))
    name = answer.file.name

    found = {
        browser.get(path).status_code
        for path in (f"/{name}", f"/media/{name}", f"/var/media/{name}", f"/static/{name}")
    }

    assert found == {404}


@pytest.mark.django_db(transaction=True)
def test_replaced_file_is_deleted_once_the_change_is_kept():
    answer = file_answer()
    old, storage = answer.file.name, answer.file.storage

    with transaction.atomic():
        files.replace(answer, "file", ContentFile(b"%PDF-1.7 other", name="b.pdf"))
        transaction.set_rollback(True)
    assert storage.exists(old)

    answer.refresh_from_db()
    with transaction.atomic():
        files.replace(answer, "file", ContentFile(b"%PDF-1.7 new", name="c.pdf"))
        answer.save()

    assert (storage.exists(old), storage.exists(answer.file.name)) == (False, True)
