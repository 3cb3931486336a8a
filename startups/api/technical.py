"""The API's door to the technical sheet."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from events.models import Edition
from pavilion.core.access import access_of
from startups.floor.technical import read_sheet
from startups.models import Exhibitor
from startups.serializers.technical import (
    TechnicalQuerySerializer,
    TechnicalSheetSerializer,
    plain,
)


class TechnicalActions(viewsets.GenericViewSet[Exhibitor]):
    """What all exhibitors together need of their stands, for their regions' desks."""

    @extend_schema(
        summary="The technical sheet: totals by area and half-day, stands, what is missing",
        parameters=[TechnicalQuerySerializer],
        responses=TechnicalSheetSerializer,
    )
    @action(
        detail=False,
        url_path="technical-sheet",
        permission_classes=[IsAuthenticated],
        pagination_class=None,
        filter_backends=[],
    )
    def technical_sheet(self, request: Request) -> Response:
        asked = TechnicalQuerySerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        access = access_of(request.user)
        if not (access.is_national or access.desk_codes):
            raise PermissionDenied
        edition = Edition.objects.filter(year=asked.validated_data["edition"]).first()
        region = asked.validated_data["region"]
        if edition is None or (region and not access.sees_desk(region)):
            raise Http404
        codes = [region] if region else None if access.is_national else access.desk_codes
        sheet = plain(read_sheet(edition, codes))
        return Response(TechnicalSheetSerializer(sheet).data)
