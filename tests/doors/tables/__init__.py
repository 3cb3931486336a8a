"""What each role gets at each door: a row goes in the module of the door's app.

Every module says some of these of its own doors, the answers in the order of `roles.ROLES`:

LISTS       how many rows of a resource each role finds in the API; 401 where one must sign in first
ROWS        what it gets for one row, 404 where the list does not show it; a resource whose list is
            the same for all need not say it
OPERATIONS  what it gets for an operation on one row, and the body it sends, which may be a function
            of the world's rows; 403 for who sees the row and may not act on it
ON_MANY     the same for several rows at once; 400 where one of them does not exist for the reader
ALIKE       operations whose rights are those of a neighbour, told by the same function
PAGES       what a GET answers, of a page or of the API; in the admin a sample, which has one rule
ONLY_POST   what a GET answers where only a POST is understood, or where it leads back to the page
arguments   what the addresses of PAGES and ONLY_POST name, where they name something
"""

from django.urls import reverse

from tests.doors.roles import ALL
from tests.doors.tables import (
    core,
    events,
    meetings,
    startups_admin,
    startups_api,
    startups_pages,
)
from tests.doors.world import World

LISTS = core.LISTS | events.LISTS | startups_api.LISTS | meetings.LISTS
ROWS = {
    **{name: ALL for name, counts in LISTS.items() if len(set(counts)) == 1},
    **(core.ROWS | events.ROWS | startups_api.ROWS | meetings.ROWS),
}
OPERATIONS = core.OPERATIONS | events.OPERATIONS | startups_api.OPERATIONS | meetings.OPERATIONS
ON_MANY = core.ON_MANY | startups_api.ON_MANY
ALIKE = events.ALIKE | startups_api.ALIKE | meetings.ALIKE
PAGES = {
    **core.PAGES,
    **events.PAGES,
    **startups_pages.PAGES,
    **startups_admin.PAGES,
    **startups_api.PAGES,
    **meetings.PAGES,
}
ONLY_POST = core.ONLY_POST | startups_pages.ONLY_POST | meetings.ONLY_POST


def path_of(world: World, name: str) -> str:
    for app in (core, events, startups_pages, startups_admin, startups_api, meetings):
        named = app.arguments(world.rows, world.tokens)
        if name in named:
            return reverse(name, args=named[name])
    return reverse(name)
