"""What the resources of the API share: who sees what, in which language, in which order.

Apart from `pavilion.core.api`: REST framework imports that module while it loads the generic views
this one builds on.
"""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar, TypeVar, cast

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Model, QuerySet
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.plumbing import build_bearer_security_scheme_object
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.exceptions import ParseError
from rest_framework.filters import BaseFilterBackend, OrderingFilter, SearchFilter
from rest_framework.parsers import BaseParser, JSONParser
from rest_framework.permissions import IsAuthenticatedOrReadOnly
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from pavilion.core.api import RefusalSerializer
from pavilion.core.ical import PARIS, MissingLocalTime, localise
from pavilion.core.models import User

M = TypeVar("M", bound=Model)
BIGGEST_KEY = 2**63 - 1


class Filters(filters.FilterSet):
    """The base of every list's filters: what no row can have is a 400, not a broken query."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for each in self.filters.values():
            if isinstance(each, filters.NumberFilter):
                # Every number we filter by is a key or a year.
                each.field_class = forms.IntegerField
                each.extra |= {"min_value": 0, "max_value": BIGGEST_KEY}
            elif isinstance(each, filters.IsoDateTimeFilter):
                # Beyond these years no moment can be told in another time zone.
                each.extra["validators"] = [
                    MinValueValidator(datetime(1, 1, 3, tzinfo=UTC)),
                    MaxValueValidator(datetime(9999, 12, 29, tzinfo=UTC)),
                ]


class StableOrderingFilter(OrderingFilter):
    """The order asked for, or the list's own, ending in the key: no row on two pages."""

    def get_ordering(
        self, request: Request, queryset: QuerySet[Any], view: Any
    ) -> Sequence[str] | None:
        asked = super().get_ordering(request, queryset, view)
        return [*asked, "pk"] if asked else asked


class PlainJSONParser(JSONParser):
    """Numbers that exist, and no deeper than one reads: else it is no JSON of ours, a 400."""

    def parse(
        self, stream: Any, media_type: Any = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        encoding = (parser_context or {}).get("encoding", settings.DEFAULT_CHARSET)
        try:
            text = stream.read().decode(encoding)
            return json.loads(text, parse_constant=_finite, parse_float=_finite)
        except (ValueError, RecursionError) as error:
            raise ParseError(f"JSON parse error - {error}") from error


def _finite(text: str) -> float:
    """Neither Infinity nor 1e999, which Python reads as it."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"Out of range float values are not JSON compliant: {text}")
    return number


class Resource(viewsets.GenericViewSet[M]):
    """Rows the reader may see; what they may not see is a 404.

    Each subclass names its `queryset` (with everything its serializer reads) and its `ordering`.
    """

    parser_classes: Sequence[type[BaseParser]] = (PlainJSONParser,)
    filter_backends: Sequence[type[BaseFilterBackend]] = (
        filters.DjangoFilterBackend,
        SearchFilter,
        StableOrderingFilter,
    )
    ordering_fields: Sequence[str] = ()

    def perform_authentication(self, request: Request) -> None:
        """Speak the account's language to a token, unless the program asked for one."""
        super().perform_authentication(request)
        if request.auth and "Accept-Language" not in request.headers:
            translation.activate(cast(User, request.user).language)

    def get_queryset(self) -> QuerySet[M]:
        rows: Any = super().get_queryset()
        return cast("QuerySet[M]", rows.visible_to(self.request.user))

    @property
    def actor(self) -> User:
        """Who asks. Only for actions that nobody reaches without credentials."""
        return cast(User, self.request.user)

    def body(self, serializer_class: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """What was sent, checked; a 400 says per field what is wrong with it."""
        serializer = serializer_class(data=self.request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return cast("dict[str, Any]", serializer.validated_data)

    def changes(
        self, row: Model, serializer_class: type[serializers.Serializer[Any]]
    ) -> dict[str, Any]:
        """Of what was sent, checked, only that: a PATCH leaves the rest."""
        serializer = serializer_class(
            row, data=self.request.data, partial=True, context=self.get_serializer_context()
        )
        serializer.is_valid(raise_exception=True)
        return cast("dict[str, Any]", serializer.validated_data)

    def show(self, pk: object, *, status: int = 200) -> Response:
        """One row as it is now. Its visibility was checked before the operation changed it."""
        row = super().get_queryset().get(pk=pk)
        return Response(self.get_serializer(row).data, status=status)


class ReadResource(mixins.ListModelMixin, mixins.RetrieveModelMixin, Resource[M]):
    """A list and its rows."""


class PublicResource(ReadResource[M]):
    """What anybody may read, and only those with credentials act upon."""

    permission_classes = (IsAuthenticatedOrReadOnly,)


class VisibleField(serializers.PrimaryKeyRelatedField[Any]):
    """A reference to a row the reader may see: any other does not exist."""

    def get_queryset(self) -> QuerySet[Any]:
        rows: Any = super().get_queryset()
        return cast("QuerySet[Any]", rows.visible_to(self.context["request"].user))


class VisibleListField(serializers.ListField):
    """Keys of rows the reader may see, each once, looked up together."""

    default_error_messages: ClassVar = {
        "does_not_exist": serializers.PrimaryKeyRelatedField.default_error_messages[
            "does_not_exist"
        ]
    }

    def __init__(self, rows_seen_by: Callable[[Any], QuerySet[Any]], **options: Any) -> None:
        child = serializers.IntegerField(min_value=1, max_value=BIGGEST_KEY)
        super().__init__(child=child, max_length=200, **options)
        self.rows_seen_by = rows_seen_by

    def to_internal_value(self, data: Any) -> list[int]:
        wanted = list(dict.fromkeys(super().to_internal_value(data)))
        rows = self.rows_seen_by(self.context["request"].user)
        found = set(rows.filter(pk__in=wanted).values_list("pk", flat=True))
        for pk in wanted:
            if pk not in found:
                self.fail("does_not_exist", pk_value=pk)
        return wanted


class MomentField(serializers.DateTimeField):
    """A moment; without offset, Paris time, which the clocks may have jumped over."""

    def enforce_timezone(self, value: datetime) -> datetime:
        if value.tzinfo is None:
            try:
                value = localise(value)
            except MissingLocalTime:
                self.fail("make_aware", timezone=PARIS.key)
        return super().enforce_timezone(value)


class PeriodSerializer(serializers.Serializer[Any]):
    """From when to when. A moment without offset is Paris time."""

    starts_at = MomentField()
    ends_at = MomentField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        # In UTC, since Python compares two Paris times by their wall clocks.
        if attrs["ends_at"].astimezone(UTC) <= attrs["starts_at"].astimezone(UTC):
            raise serializers.ValidationError({"ends_at": _("The end must come after the start.")})
        return attrs


class ReasonSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2000, default="")


def operation(
    summary: str,
    answer: Any,
    *,
    body: type[serializers.Serializer[Any]] | None = None,
    status: int = 200,
    **documented: Any,
) -> Callable[..., Any]:
    """Document a door to an operation: what it takes, what it answers, that it may be refused."""
    answers: Mapping[Any, Any] = {status: answer, 409: RefusalSerializer}
    return extend_schema(summary=summary, request=body, responses=answers, **documented)


class AnyKind(JSONRenderer):
    """Where a file is sent, whatever kind the client says it takes; refusals are JSON."""

    media_type = "*/*"


def sends_file(summary: str) -> Callable[..., Any]:
    """Document a door that answers with a file, to be saved."""
    return extend_schema(summary=summary, responses={(200, "application/octet-stream"): bytes})


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Beside `Token …`, the schema names `Bearer …`, which HTTP clients know by themselves."""

    target_class = "pavilion.core.authentication.BearerAuthentication"
    name = "bearerAuth"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return build_bearer_security_scheme_object(
            header_name="Authorization", token_prefix=self.target.keyword
        )
