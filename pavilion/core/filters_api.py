"""The API's door to one's saved filters."""

from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from pavilion.core import saved_filters
from pavilion.core.models import SavedFilter
from pavilion.core.resources import ReadResource, operation


class SavedFilterSerializer(serializers.ModelSerializer[SavedFilter]):
    class Meta:
        model = SavedFilter
        fields: ClassVar = ["id", "model", "name", "query", "created_at"]
        read_only_fields = fields


class NewFilterSerializer(serializers.Serializer[Any]):
    model = serializers.RegexField(
        r"^[a-z_]+\.[a-z_]+$", max_length=60, help_text="As in “startups.application”."
    )
    name = serializers.CharField(max_length=saved_filters.LONGEST_NAME)
    query = serializers.CharField(max_length=1000, help_text="As in the address of the list.")


class NameSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=saved_filters.LONGEST_NAME)


class SavedFilterViewSet(ReadResource[SavedFilter]):
    """Lists of the desk as one filters them again and again; one's own alone."""

    queryset = SavedFilter.objects.all()
    serializer_class = SavedFilterSerializer
    ordering = ("name",)

    @operation(
        "Keep a filter; the same name again keeps the newer",
        SavedFilterSerializer,
        body=NewFilterSerializer,
        status=201,
    )
    def create(self, request: Request) -> Response:
        saved = saved_filters.save_filter(by=self.actor, **self.body(NewFilterSerializer))
        return self.show(saved.pk, status=201)

    @operation("Rename", SavedFilterSerializer, body=NameSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        saved = self.get_object()
        wanted = self.body(NameSerializer)
        saved_filters.rename_filter(filter_id=saved.pk, by=self.actor, **wanted)
        return self.show(saved.pk)

    @operation("Delete", None, status=204)
    def destroy(self, request: Request, pk: str) -> Response:
        saved_filters.delete_filter(filter_id=self.get_object().pk, by=self.actor)
        return Response(status=204)
