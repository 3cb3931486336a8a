from typing import Any, ClassVar

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers

from events.models import Region
from events.serializers.fields import InEditionSerializer, region_code, year
from meetings.models import (
    Availability,
    Delegate,
    Delegation,
    Office,
    OfficeHolder,
    Person,
    Secretariat,
)
from pavilion.core.access import access_of
from pavilion.core.resources import BIGGEST_KEY, MomentField, VisibleField

RegionField = serializers.PrimaryKeyRelatedField[Region]


class OfficeSerializer(serializers.ModelSerializer[Office]):
    region = RegionField(
        queryset=Region.objects.all(), allow_null=True, default=None, help_text="Its INSEE code."
    )
    holder = serializers.SerializerMethodField(help_text="The person who holds it now.")
    holder_name = serializers.SerializerMethodField()

    class Meta:
        model = Office
        fields: ClassVar = [
            "id",
            "code",
            "kind",
            "title",
            "title_fr",
            "title_en",
            "organisation_fr",
            "organisation_en",
            "salutation_fr",
            "salutation_en",
            "region",
            "email",
            "phone",
            "language",
            "precedence",
            "holder",
            "holder_name",
        ]
        # Whether the code is free is for the operation to say, once.
        extra_kwargs: ClassVar[dict[str, Any]] = {"code": {"validators": []}}

    def get_holder(self, office: Office) -> int | None:
        return next((term.person_id for term in _present(office)), None)

    def get_holder_name(self, office: Office) -> str:
        return next((str(term.person) for term in _present(office)), "")


def _present(office: Office) -> list[OfficeHolder]:
    today = timezone.localdate(timezone=timezone.get_default_timezone())
    return [term for term in office.holders.all() if term.is_on(today)]


class OfficeChangesSerializer(OfficeSerializer):
    reason = serializers.CharField(
        max_length=1000,
        write_only=True,
        required=False,
        help_text="Why its rank of precedence changes; needed for that alone.",
    )

    class Meta(OfficeSerializer.Meta):
        fields: ClassVar = [*OfficeSerializer.Meta.fields, "reason"]


class PersonSerializer(serializers.ModelSerializer[Person]):
    region = RegionField(
        queryset=Region.objects.all(),
        allow_null=True,
        default=None,
        help_text="Its INSEE code; null for the national team's.",
    )
    name = serializers.CharField(source="__str__", read_only=True)

    class Meta:
        model = Person
        fields: ClassVar = [
            "id",
            "first_name",
            "last_name",
            "name",
            "title",
            "title_fr",
            "title_en",
            "region",
            "email",
            "phone",
            "contact_name",
            "contact_phone",
            "language",
            "wants_invitations",
            "wants_feed",
            "works_from",
            "works_until",
            "remind_evening_before",
            "remind_morning_of",
            "remind_hour_before",
            "wants_programme",
            "wants_morning_news",
            "needs_note",
            "needs_note_until",
            "mail_failed_at",
        ]
        read_only_fields: ClassVar = ["mail_failed_at"]

    def to_representation(self, person: Person) -> dict[str, Any]:
        """Special needs are for those who act for the region alone."""
        shown = super().to_representation(person)
        if not access_of(self.context["request"].user).manages(person.region_id):
            shown["needs_note"], shown["needs_note_until"] = "", None
        return shown


class DayLinkSerializer(serializers.ModelSerializer[Person]):
    address = serializers.SerializerMethodField(
        help_text="Whoever has it reads this person's day and answers for them."
    )

    class Meta:
        model = Person
        fields: ClassVar = ["id", "address"]

    def get_address(self, person: Person) -> str:
        return f"{settings.BASE_URL}{person.get_absolute_url()}"


class DelegateSerializer(serializers.ModelSerializer[Delegate]):
    name = serializers.StringRelatedField[Person](source="person")

    class Meta:
        model = Delegate
        fields: ClassVar = ["person", "name", "role", "rank", "stands_in_for", "keeps_rank"]
        read_only_fields = fields


class DelegationSerializer(serializers.ModelSerializer[Delegation]):
    edition = year()
    region = region_code()
    members = DelegateSerializer(source="delegates", many=True, read_only=True)

    class Meta:
        model = Delegation
        fields: ClassVar = ["id", "edition", "region", "name", "name_fr", "name_en", "members"]


class NewDelegateSerializer(serializers.Serializer[Any]):
    person = serializers.IntegerField(min_value=1, max_value=BIGGEST_KEY)
    role = serializers.ChoiceField(choices=Delegate.Role.choices, default=Delegate.Role.MEMBER)


class NewDelegationSerializer(InEditionSerializer):
    name_fr = serializers.CharField(max_length=100)
    name_en = serializers.CharField(max_length=100, allow_blank=True, default="")
    members = serializers.ListField(child=NewDelegateSerializer(), max_length=200, default=list)

    def validate_members(self, members: list[dict[str, Any]]) -> dict[int, str]:
        """The role of each person, by key: everybody known to the reader, one head at most."""
        roles = {member["person"]: member["role"] for member in members}
        people = Person.objects.visible_to(self.context["request"].user).filter(pk__in=roles)
        if people.count() < len(roles):
            raise serializers.ValidationError(_("Some of these people do not exist."))
        if list(roles.values()).count(Delegate.Role.HEAD) > 1:
            raise serializers.ValidationError(_("A delegation has one head at most."))
        return roles


class DelegationChangesSerializer(serializers.ModelSerializer[Delegation]):
    class Meta:
        model = Delegation
        fields: ClassVar = ["name_fr", "name_en"]


class DelegatePlaceSerializer(serializers.Serializer[Any]):
    """Somebody's place; `rank`, `stands_in_for` and `keeps_rank` are substitutes' alone."""

    person = VisibleField(queryset=Person.objects.all())
    role = serializers.ChoiceField(choices=Delegate.Role.choices, required=False)
    rank = serializers.IntegerField(
        min_value=1, max_value=1000, required=False, help_text="Smallest asked first."
    )
    stands_in_for = VisibleField(
        queryset=Person.objects.all(),
        required=False,
        allow_null=True,
        help_text="Null: for anybody of the delegation.",
    )
    keeps_rank = serializers.BooleanField(required=False)


class RemovedDelegateSerializer(serializers.Serializer[Any]):
    person = VisibleField(queryset=Person.objects.all())


class SecretariatSerializer(serializers.ModelSerializer[Secretariat]):
    person = VisibleField(queryset=Person.objects.all(), required=False, allow_null=True)
    office = VisibleField(queryset=Office.objects.all(), required=False, allow_null=True)

    class Meta:
        model = Secretariat
        fields: ClassVar = [
            "id",
            "person",
            "office",
            "name",
            "email",
            "phone",
            "receives",
            "answers",
        ]
        # Whether the address is free is for the operation to say, once.
        validators: ClassVar[list[Any]] = []

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return attrs if self.partial else whose(attrs)


class SecretariatChangesSerializer(serializers.ModelSerializer[Secretariat]):
    class Meta:
        model = Secretariat
        fields: ClassVar = ["name", "email", "phone", "receives", "answers"]


class AvailabilitySerializer(serializers.ModelSerializer[Availability]):
    person = VisibleField(queryset=Person.objects.all(), required=False, allow_null=True)
    office = VisibleField(queryset=Office.objects.all(), required=False, allow_null=True)
    starts_at = MomentField()
    ends_at = MomentField()

    class Meta:
        model = Availability
        fields: ClassVar = [
            "id",
            "person",
            "office",
            "kind",
            "starts_at",
            "ends_at",
            "source",
            "note",
            "created_at",
        ]
        read_only_fields: ClassVar = ["created_at"]
        validators: ClassVar[list[Any]] = []

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return whose(attrs)


def whose(attrs: dict[str, Any]) -> dict[str, Any]:
    """A person's or an office's, as operations take it."""
    person, office = attrs.pop("person", None), attrs.pop("office", None)
    if bool(person) == bool(office):
        raise serializers.ValidationError({"person": _("Give a person or an office.")})
    return {**attrs, "person_id": person and person.pk, "office_id": office and office.pk}


class HolderSerializer(serializers.ModelSerializer[OfficeHolder]):
    office_name = serializers.StringRelatedField[Office](source="office")
    person_name = serializers.StringRelatedField[Person](source="person")

    class Meta:
        model = OfficeHolder
        fields: ClassVar = [
            "id",
            "office",
            "office_name",
            "person",
            "person_name",
            "starts_on",
            "ends_on",
        ]
        read_only_fields = fields


class NewHolderSerializer(serializers.Serializer[Any]):
    person = VisibleField(queryset=Person.objects.all())
    starts_on = serializers.DateField(help_text="Whoever holds it until then does until the eve.")
    ends_on = serializers.DateField(required=False, allow_null=True)
    reason = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {"person_id": attrs.pop("person").pk, **attrs}


class EndedTermSerializer(serializers.Serializer[Any]):
    ends_on = serializers.DateField()
    reason = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")


class ConflictSerializer(serializers.Serializer[Any]):
    meeting = serializers.IntegerField(source="meeting.pk")
    name = serializers.CharField()
    by = serializers.CharField(source="what")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    detail = serializers.CharField(source="__str__")


class AppointmentSerializer(serializers.Serializer[Any]):
    """What came of it: whose meetings changed hands, and who is in two places since."""

    holder = HolderSerializer()
    former = HolderSerializer(allow_null=True)
    meetings = serializers.ListField(child=serializers.IntegerField(), help_text="Keys.")
    conflicts = ConflictSerializer(many=True)

    def to_representation(self, made: Any) -> dict[str, Any]:
        return {
            "holder": HolderSerializer(made.holder).data,
            "former": HolderSerializer(made.former).data if made.former else None,
            "meetings": [meeting.pk for meeting in made.meetings],
            "conflicts": ConflictSerializer(made.conflicts, many=True).data,
        }
