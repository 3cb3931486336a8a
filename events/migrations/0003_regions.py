"""The eighteen regions of the official geographic code (INSEE), which every edition draws from."""

import json
from pathlib import Path

from django.db import migrations

DATA = Path(__file__).resolve().parent.parent / "data" / "regions.json"


def create_regions(apps, schema_editor):
    region_model = apps.get_model("events", "Region")
    region_model.objects.bulk_create(
        [region_model(**fields) for fields in json.loads(DATA.read_text(encoding="utf-8"))]
    )


class Migration(migrations.Migration):
    dependencies = [("events", "0002_occupation_guard")]

    operations = [
        migrations.RunPython(create_regions, migrations.RunPython.noop, elidable=True),
    ]
