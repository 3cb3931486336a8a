import pytest
from django.db import transaction
from django.urls import reverse

from tests.doors.roles import ROLES
from tests.doors.tables import LISTS, ON_MANY, OPERATIONS, ROWS

# Who may open what is asked in the ORM: no engine answers it otherwise.
pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.mark.parametrize("name", LISTS)
def test_api_list_for_each_role(world, name):
    path = reverse(f"api:{name}-list")

    found = []
    for role in ROLES:
        response = world.browser(role).get(path)
        found.append(
            response.json()["count"] if response.status_code == 200 else response.status_code
        )

    assert found == LISTS[name]


@pytest.mark.parametrize("name", ROWS)
def test_api_row_for_each_role(world, name):
    row = world.rows[name]
    path = reverse(f"api:{name}-detail", args=[getattr(row, "pk", row)])

    assert [world.browser(role).get(path).status_code for role in ROLES] == ROWS[name]


@pytest.mark.parametrize("name", OPERATIONS)
def test_api_operation_for_each_role(world, name):
    expected, body = OPERATIONS[name]
    path = reverse(f"api:{name}", args=[world.rows[name.split("-")[0]].pk])
    body = body(world.rows) if callable(body) else body

    answers = []
    for role in ROLES:
        browser = world.browser(role)
        with transaction.atomic():  # each role finds the world as it was
            answers.append(browser.post(path, body, content_type="application/json").status_code)
            transaction.set_rollback(True)

    assert answers == expected


@pytest.mark.parametrize("name", ON_MANY)
def test_api_operation_on_many_for_each_role(world, name):
    expected, body = ON_MANY[name]
    named = {f"{name.split('-')[0]}s": [world.rows[name.split("-")[0]].pk]}
    body = body(world.rows) if callable(body) else named | body

    answers = []
    for role in ROLES:
        browser = world.browser(role)
        with transaction.atomic():
            path = reverse(f"api:{name}")
            answers.append(browser.post(path, body, content_type="application/json").status_code)
            transaction.set_rollback(True)

    assert answers == expected
