"""Private calendar addresses, as the API reads and writes them."""

from typing import Any, ClassVar

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework import serializers

from events.models import Room, Stand
from events.serializers.fields import EditionField, participation_of
from meetings.models import Feed, Person
from pavilion.core.access import access_of
from pavilion.core.models import Language
from pavilion.core.resources import VisibleField
from pavilion.core.subscribing import told

SETTINGS = ("label", "level", "language", "has_alarms", "without_invited")


class FeedSerializer(serializers.ModelSerializer[Feed]):
    person_name = serializers.SerializerMethodField()
    of = serializers.CharField(
        source="whose", read_only=True, help_text="Whose or what's calendar it is."
    )
    region = serializers.CharField(
        source="region_code",
        read_only=True,
        help_text="The region whose desk keeps it; empty for the national team's.",
    )
    address = serializers.SerializerMethodField(
        help_text="Whoever has it reads the calendar. Null for those who may not give it out, and "
        "once revoked."
    )
    told = serializers.SerializerMethodField(
        help_text="When a calendar last asked, and how often its kind does."
    )

    class Meta:
        model = Feed
        fields: ClassVar = [
            *("id", "of", "person", "person_name", "participation", "room", "stand", "region"),
            *SETTINGS,
            *("address", "grace_until", "created_at", "revoked_at"),
            *("fetched_at", "fetched_with", "told"),
        ]
        read_only_fields = fields

    def get_person_name(self, feed: Feed) -> str:
        return str(feed.person) if feed.person else ""

    def get_address(self, feed: Feed) -> str | None:
        user = self.context["request"].user
        is_theirs = feed.user_id == user.pk
        if feed.revoked_at or not (is_theirs or access_of(user).manages(feed.region_code)):
            return None
        return f"{settings.BASE_URL}{feed.get_absolute_url()}"

    def get_told(self, feed: Feed) -> str:
        return told(feed.fetched_at, feed.fetched_with)


class NewFeedSerializer(serializers.Serializer[Any]):
    """What one more address of a person shows, and where it is used."""

    level = serializers.ChoiceField(choices=Feed.Level.choices, default=Feed.Level.FULL)
    language = serializers.ChoiceField(
        choices=Language.choices, required=False, help_text="Without it: the person's."
    )
    label = serializers.CharField(  # type: ignore[assignment]  # a field, not the label of one
        max_length=60, allow_blank=True, default="", help_text="Where it is used."
    )
    has_alarms = serializers.BooleanField(
        default=False, help_text="A quarter of an hour before, or in time to leave."
    )
    without_invited = serializers.BooleanField(
        default=False,
        help_text="Without what was invited by mail, for calendars that take invitations from it.",
    )


class ChangedFeedSerializer(serializers.ModelSerializer[Feed]):
    class Meta:
        model = Feed
        fields: ClassVar = [*SETTINGS]


class NewFeedOfSomethingSerializer(NewFeedSerializer):
    """Of a person, a room or a stand, or of a region at an edition: one of them."""

    person = VisibleField(queryset=Person.objects.all(), allow_null=True, default=None)
    edition = EditionField(allow_null=True, default=None, help_text="With a region.")
    region = serializers.CharField(
        max_length=2, allow_null=True, default=None, help_text="Its INSEE code."
    )
    room = VisibleField(queryset=Room.objects.all(), allow_null=True, default=None)
    stand = VisibleField(queryset=Stand.objects.all(), allow_null=True, default=None)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        edition, code = attrs.pop("edition"), attrs.pop("region")
        if bool(edition) != bool(code):
            raise serializers.ValidationError({"region": _("Name a region and an edition.")})
        given = {"participation": participation_of(edition, code) if code else None}
        for name in ("person", "room", "stand"):
            given[name] = attrs.pop(name)
        keys = {f"{name}_id": row.pk for name, row in given.items() if row}
        return {**attrs, **keys}


class RenewalSerializer(serializers.Serializer[Any]):
    at_once = serializers.BooleanField(
        default=False,
        help_text="Close the former address now, as one that got into wrong hands; else it opens "
        "for some days more.",
    )
