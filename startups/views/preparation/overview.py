"""The checklist as a whole."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from startups import checklist
from startups.models import Exhibitor
from startups.views.preparation.pages import context_of, preparing, readable


@readable
@preparing
def overview(request: HttpRequest, exhibitor: Exhibitor) -> HttpResponse:
    return render(
        request,
        "startups/preparation/overview.html",
        {**context_of(exhibitor), "progress": checklist.progress(exhibitor)},
    )
