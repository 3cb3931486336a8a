"""API plumbing: how it pages, and answers a refusal."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers, status
from rest_framework.pagination import PageNumberPagination
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_exception_handler

from pavilion.core.errors import DomainError


class PagePagination(PageNumberPagination):
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 500


class RefusalSerializer(serializers.Serializer[Any]):
    """The body of a 409: a rule said no."""

    code = serializers.CharField(help_text=_("Stable name of the refusal, for programs."))
    detail = serializers.CharField(help_text=_("What is in the way, for people."))
    details = serializers.DictField(help_text=_("What exactly is taken, when the rule can say."))


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    if isinstance(exc, DomainError):
        body = {"code": exc.code, "detail": str(exc), "details": exc.details}
        return Response(body, status=status.HTTP_409_CONFLICT)
    return drf_exception_handler(exc, context)
