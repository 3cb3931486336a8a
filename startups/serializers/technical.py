"""The technical sheet as programs read it."""

from dataclasses import asdict
from typing import Any

from rest_framework import serializers

from startups.floor.technical import Load, Occupied, StandLine, TechnicalSheet, ZoneSheet


class LoadSerializer(serializers.Serializer[Any]):
    """What is asked for together, or provided."""

    exhibitors = serializers.IntegerField()
    watts = serializers.IntegerField()
    silent = serializers.IntegerField(help_text="Of them, without a word on power.")
    screens = serializers.IntegerField()
    networks = serializers.IntegerField()
    storages = serializers.IntegerField()
    waters = serializers.IntegerField()
    accessibles = serializers.IntegerField()
    wifis = serializers.IntegerField()
    load = serializers.IntegerField(help_text="The heaviest, in kg/m².")
    loads = serializers.IntegerField()


class HalfDayLoadSerializer(LoadSerializer):
    half_day = serializers.IntegerField()


class TechnicalUserSerializer(serializers.Serializer[Any]):
    exhibitor = serializers.IntegerField()
    name = serializers.CharField()
    region = serializers.CharField()
    half_days = serializers.ListField(child=serializers.IntegerField())
    watts = serializers.IntegerField(allow_null=True)
    needs = serializers.DictField()
    wifi = serializers.CharField()
    notes = serializers.CharField()
    is_confirmed = serializers.BooleanField()


class TechnicalStandSerializer(serializers.Serializer[Any]):
    stand = serializers.IntegerField()
    number = serializers.CharField()
    kind = serializers.CharField()
    provided = serializers.DictField()
    asked = serializers.DictField(help_text="By the one of its users who asks most.")
    wifis = serializers.ListField(child=serializers.CharField())
    users = TechnicalUserSerializer(many=True)


class TechnicalZoneSerializer(serializers.Serializer[Any]):
    zone = serializers.IntegerField()
    name = serializers.CharField()
    region = serializers.CharField()
    provided = LoadSerializer()
    half_days = HalfDayLoadSerializer(many=True)
    stands = TechnicalStandSerializer(many=True)


class MissingSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    region = serializers.CharField()
    exhibitor = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()
    stand = serializers.CharField()
    when = serializers.CharField()
    sentence = serializers.CharField()


class TechnicalSheetSerializer(serializers.Serializer[Any]):
    """What the stands have to deliver, half-day by half-day, and what is to be settled."""

    edition = serializers.IntegerField()
    provided = LoadSerializer()
    half_days = HalfDayLoadSerializer(many=True)
    zones = TechnicalZoneSerializer(many=True)
    missing = MissingSerializer(many=True)


class TechnicalQuerySerializer(serializers.Serializer[Any]):
    edition = serializers.IntegerField(min_value=0, max_value=9999, help_text="Its year.")
    region = serializers.CharField(
        max_length=2, required=False, default="", help_text="Its INSEE code; all one may read."
    )


def plain(sheet: TechnicalSheet) -> dict[str, Any]:
    """The sheet in plain values, half-days by their keys."""
    keys = [half_day.pk for half_day in sheet.half_days]
    return {
        "edition": sheet.edition.year,
        "provided": asdict(sheet.provided),
        "half_days": _loads(keys, sheet.loads),
        "zones": [_zone(keys, zone) for zone in sheet.zones],
        "missing": [each._asdict() for each in sheet.missing],
    }


def _loads(keys: list[int], loads: list[Load]) -> list[dict[str, Any]]:
    return [{"half_day": key, **asdict(load)} for key, load in zip(keys, loads, strict=True)]


def _zone(keys: list[int], sheet: ZoneSheet) -> dict[str, Any]:
    return {
        "zone": sheet.zone.pk,
        "name": str(sheet.zone),
        "region": sheet.region,
        "provided": asdict(sheet.provided),
        "half_days": _loads(keys, sheet.loads),
        "stands": [_stand(keys, line) for line in sheet.stands],
    }


def _stand(keys: list[int], line: StandLine) -> dict[str, Any]:
    return {
        "stand": line.pk,
        "number": line.number,
        "kind": line.kind,
        "provided": line.equipment._asdict(),
        "asked": line.asked._asdict(),
        "wifis": line.wifis,
        "users": [_user(keys, user) for user in line.occupied],
    }


def _user(keys: list[int], user: Occupied) -> dict[str, Any]:
    need = user.need
    return {
        "exhibitor": need.pk,
        "name": need.name,
        "region": need.region,
        "half_days": [keys[at] for at in user.columns],
        "watts": need.watts,
        "needs": need.needs._asdict(),
        "wifi": need.wifi,
        "notes": need.notes,
        "is_confirmed": need.is_confirmed,
    }
