"""The first door: calendar addresses are answered before anything a page needs is set up.

Programs ask for them day and night, mostly to hear that nothing changed; sessions, languages and
accounts would cost them several times what the answer does.
"""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.middleware.security import SecurityMiddleware

from meetings.views.feed import feed
from startups.views.stand_feed import stand_feed

GetResponse = Callable[[HttpRequest], HttpResponse]
PREFIX = "/calendar/"
# As in `pavilion.urls` and `startups.urls`, which give out the addresses.
_ADDRESS = re.compile(r"/calendar/(stand/)?([A-Za-z0-9_.-]+)\.ics")


def calendars_first(get_response: GetResponse) -> GetResponse:
    # https alone where that is asked, and what browsers are to be told.
    security = SecurityMiddleware(get_response)

    def middleware(request: HttpRequest) -> HttpResponse:
        path = request.path_info
        address = _ADDRESS.fullmatch(path) if path.startswith(PREFIX) else None
        if address is None:
            return get_response(request)
        if elsewhere := security.process_request(request):
            return elsewhere
        stand, token = address.groups()
        response = stand_feed(request, token) if stand else feed(request, token)
        # A 304 only repeats what tells the copies of a calendar apart.
        return (
            response
            if response.status_code == 304
            else security.process_response(request, response)
        )

    return middleware
