"""Files that companies sent, for those who may read them; for anybody else they do not exist.

No upload has an address of its own: each is reached through its application.
"""

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from startups import answers
from startups.models import Answer, Application, Exhibitor
from startups.uploads import files
from startups.views.private import private_page


@require_safe
@private_page
def answer_file(request: HttpRequest, application: Application, key: str) -> HttpResponseBase:
    """For the company, by its private link."""
    answer = get_object_or_404(Answer, application=application, question__key=key)
    return files.sent(answer.file, answer.file_name)


@require_safe
@private_page
def vector_logo(request: HttpRequest, application: Application) -> HttpResponseBase:
    return files.sent_vector_logo(get_object_or_404(Exhibitor, application=application))


@require_safe
@never_cache
def desk_answer_file(request: HttpRequest, pk: int, key: str) -> HttpResponseBase:
    """For the team, for the jury where the question is meant for it, for the contact signed in."""
    rows = Answer.objects.visible_to(request.user)
    answer = get_object_or_404(rows, application=pk, question__key=key)
    if not answers.stands(answer):
        raise Http404
    return files.sent(answer.file, answer.file_name)


@require_safe
@never_cache
def desk_vector_logo(request: HttpRequest, pk: int) -> HttpResponseBase:
    application = get_object_or_404(Application.objects.visible_to(request.user), pk=pk)
    return files.sent_vector_logo(get_object_or_404(Exhibitor, application=application))
