import base64
import secrets

from django.db import migrations


def fill(apps, schema_editor):
    """A token for each participant, and reminders by kind instead of minutes."""
    Participant = apps.get_model("meetings", "Participant")
    rows = list(Participant.objects.filter(mail_token=None).only("pk"))
    for row in rows:
        row.mail_token = base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()
    Participant.objects.bulk_update(rows, ["mail_token"], batch_size=500)
    Reminder = apps.get_model("meetings", "Reminder")
    Reminder.objects.filter(lead_minutes__gt=12 * 60).update(kind="evening")


class Migration(migrations.Migration):
    dependencies = [("meetings", "0002_delegation")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
