from typing import Any, ClassVar

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework import serializers

from events.models import Region
from events.serializers.fields import InEditionSerializer, region_code, year
from meetings.models import Delegate, Delegation, Office, Person
from pavilion.core.resources import BIGGEST_KEY

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
        return next((held.person_id for held in office.holders.all()), None)

    def get_holder_name(self, office: Office) -> str:
        return next((str(held.person) for held in office.holders.all()), "")


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
            "language",
            "wants_invitations",
        ]


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
        fields: ClassVar = ["person", "name", "role"]
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
