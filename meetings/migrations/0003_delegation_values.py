import base64
import secrets
from datetime import timedelta

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


def show(apps, schema_editor):
    """What each person's calendar shows, and the tombstones of those taken off."""
    Appearance = apps.get_model("meetings", "Appearance")
    CalendarBlock = apps.get_model("meetings", "CalendarBlock")
    Meeting = apps.get_model("meetings", "Meeting")
    Participant = apps.get_model("meetings", "Participant")
    tombstones = {}
    for block in CalendarBlock.objects.filter(is_removed=True):
        own = tombstones.setdefault(block.meeting_id, {})
        own[f"{block.level}.{block.language}"] = block.text
    rows = []
    for each in Participant.objects.filter(person__isnull=False).exclude(answer="declined"):
        row = Appearance(meeting_id=each.meeting_id, person_id=each.person_id)
        if each.removed_at:
            row.left_at, row.own = each.removed_at, tombstones.get(each.meeting_id, {})
        rows.append(row)
    for meeting in Meeting.objects.all():
        for name in ("participation_id", "room_id", "stand_id"):
            if pk := getattr(meeting, name):
                rows.append(Appearance(meeting=meeting, **{name: pk}))
    Appearance.objects.bulk_create(rows, batch_size=500)
    CalendarBlock.objects.filter(is_removed=True).delete()


def move_secretariats(apps, schema_editor):
    """The one address of each person becomes the first of as many as they need."""
    Person = apps.get_model("meetings", "Person")
    Secretariat = apps.get_model("meetings", "Secretariat")
    rows = Person.objects.exclude(secretariat_email="").order_by("pk")
    Secretariat.objects.bulk_create(
        [Secretariat(person=row, email=row.secretariat_email) for row in rows], batch_size=500
    )


def move_secretariats_back(apps, schema_editor):
    Secretariat = apps.get_model("meetings", "Secretariat")
    for row in Secretariat.objects.filter(person__isnull=False).order_by("-pk"):
        row.person.secretariat_email = row.email
        row.person.save(update_fields=["secretariat_email"])


def part_terms(apps, schema_editor):
    """Terms of one office no longer share a day: the former ends before the next begins."""
    OfficeHolder = apps.get_model("meetings", "OfficeHolder")
    former = None
    for row in OfficeHolder.objects.order_by("office", "starts_on", "pk"):
        if former and former.office_id == row.office_id:
            if former.starts_on == row.starts_on:
                former.delete()
            elif former.ends_on is None or former.ends_on >= row.starts_on:
                former.ends_on = row.starts_on - timedelta(days=1)
                former.save(update_fields=["ends_on"])
        former = row


class Migration(migrations.Migration):
    dependencies = [("meetings", "0002_delegation")]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(show, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(move_secretariats, move_secretariats_back, elidable=True),
        migrations.RunPython(part_terms, migrations.RunPython.noop, elidable=True),
    ]
