import pytest

from startups.models import Application
from tests.doors.roles import ROLES
from tests.doors.tables import ONLY_POST, PAGES, path_of

# Who may open what is asked in the ORM: no engine answers it otherwise.
pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.mark.parametrize("name", PAGES)
def test_page_for_each_role(world, name):
    path = path_of(world, name)

    answers = [world.browser(role).get(path) for role in ROLES]
    for answer in answers:
        answer.getvalue()  # a file that is handed out is closed once it is read

    assert [answer.status_code for answer in answers] == PAGES[name]


@pytest.mark.parametrize("name", ONLY_POST)
def test_get_changes_nothing_where_only_a_post_is_understood(world, name):
    before = Application.objects.order_by("pk").values_list("pk", "status", "updated_at")
    known = list(before.all())

    response = world.browser("national").get(path_of(world, name))

    assert response.status_code == ONLY_POST[name]
    if response.status_code == 302:
        assert response.url == world.rows["application"].get_absolute_url()
    assert list(before.all()) == known


@pytest.mark.parametrize(
    "name",
    ["startups:application", "meetings:day", "meetings:answer", "meetings:secretariat", "feed"],
)
def test_address_nobody_was_given_does_not_exist(world, name):
    path = path_of(world, name).rstrip("/")
    spoilt = path.replace(".ics", "")[:-3] + "AAA" + (".ics" if path.endswith(".ics") else "/")

    assert {world.browser(role).get(spoilt).status_code for role in ROLES} == {404}
