"""The themes of the pavilion."""

import json
from pathlib import Path

from django.db import migrations

DATA = Path(__file__).resolve().parent.parent / "data" / "themes.json"


def create_themes(apps, schema_editor):
    theme_model = apps.get_model("startups", "Theme")
    theme_model.objects.bulk_create(
        [theme_model(**fields) for fields in json.loads(DATA.read_text(encoding="utf-8"))]
    )


class Migration(migrations.Migration):
    dependencies = [("startups", "0001_initial")]

    operations = [
        migrations.RunPython(create_themes, migrations.RunPython.noop, elidable=True),
    ]
