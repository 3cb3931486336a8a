"""Which reminders and programmes somebody receives: theirs to say, by private link or account."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from meetings import operations
from meetings.forms import WishesForm
from meetings.models import Person
from meetings.private_link import person_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def my_wishes(request: HttpRequest) -> HttpResponse:
    person = Person.objects.filter(user=request.user).first()  # type: ignore[misc]
    if person is None:
        return render(request, "meetings/no_person.html", status=404)
    return _wishes(request, person, reverse("meetings:my_day"))


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def day_wishes(request: HttpRequest, token: str) -> HttpResponse:
    return _wishes(request, person_of(token), reverse("meetings:day", args=[token]))


def _wishes(request: HttpRequest, person: Person, day_url: str) -> HttpResponse:
    # Without a single box ticked, nothing is posted.
    form = WishesForm(request.POST if request.method == "POST" else None, instance=person)
    if form.is_valid():
        # Theirs to say: no desk is asked whether they may.
        operations.change_person(person_id=person.pk, by=None, **form.cleaned_data)
        messages.success(request, _("Your choice is kept."))
        return redirect(request.path)
    context = {"form": form, "person": person, "day_url": day_url}
    response = render(request, "meetings/wishes.html", context)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
