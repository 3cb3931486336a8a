"""A request for who is not at the keyboard: a worker that goes on with what they asked for."""

from django.http import HttpRequest, QueryDict

from pavilion.core.models import User


def request_of(user: User, *, query: str = "", form: str | None = None) -> HttpRequest:
    """What the desk reads of a request: whose it is, what narrows the list, what was typed."""
    request = HttpRequest()
    request.method = "GET" if form is None else "POST"
    request.user = user
    request.GET = QueryDict(query)
    request.POST = QueryDict(form or "")
    request.META = {"SERVER_NAME": "localhost", "SERVER_PORT": "80"}
    return request
