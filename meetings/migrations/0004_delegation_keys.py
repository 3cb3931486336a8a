"""What 0003 filled becomes a rule; nobody holds an office while somebody else does, on both engines.

SQLite drops a table's triggers whenever Django rebuilds the table: a later migration that alters
`meetings_officeholder` must create them again, and the guard's tests fail if it does not.
"""

import pavilion.core.tokens
from django.db import migrations, models

# btree_gist is there since events 0002.
POSTGRESQL = """
ALTER TABLE meetings_officeholder ADD CONSTRAINT office_has_one_holder_at_a_time
    EXCLUDE USING gist (office_id WITH =, daterange(starts_on, ends_on, '[]') WITH &&);
"""
POSTGRESQL_BACK = (
    "ALTER TABLE meetings_officeholder DROP CONSTRAINT office_has_one_holder_at_a_time;"
)

SQLITE = """
CREATE TRIGGER office_has_one_holder_at_a_time_{when} BEFORE {event} ON meetings_officeholder
WHEN EXISTS (
    SELECT 1 FROM meetings_officeholder
    WHERE office_id = NEW.office_id AND id IS NOT NEW.id
      AND (NEW.ends_on IS NULL OR starts_on <= NEW.ends_on)
      AND (ends_on IS NULL OR ends_on >= NEW.starts_on)
)
BEGIN
    SELECT RAISE(ABORT, 'office_has_one_holder_at_a_time');
END;
"""
EVENTS = {"insert": "INSERT", "update": "UPDATE"}


def create_guard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL)
    else:
        for when, event in EVENTS.items():
            schema_editor.execute(SQLITE.format(when=when, event=event))


def drop_guard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL_BACK)
    else:
        for when in EVENTS:
            schema_editor.execute(f"DROP TRIGGER office_has_one_holder_at_a_time_{when}")


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0003_delegation_values"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="calendarblock",
            name="one_block_per_audience",
        ),
        migrations.RemoveField(
            model_name="calendarblock",
            name="is_removed",
        ),
        migrations.AddConstraint(
            model_name="calendarblock",
            constraint=models.UniqueConstraint(
                fields=("meeting", "level", "language", "has_alarms"),
                name="one_block_per_audience",
            ),
        ),
        migrations.RemoveConstraint(
            model_name="reminder",
            name="one_reminder_per_participant_lead_and_start",
        ),
        migrations.RemoveField(
            model_name="reminder",
            name="lead_minutes",
        ),
        migrations.RemoveField(
            model_name="person",
            name="secretariat_email",
        ),
        migrations.AlterField(
            model_name="participant",
            name="mail_token",
            field=models.CharField(
                default=pavilion.core.tokens.new_mail_token,
                editable=False,
                max_length=26,
                unique=True,
            ),
        ),
        migrations.AlterField(
            model_name="reminder",
            name="kind",
            field=models.CharField(
                choices=[
                    ("evening", "Evening before"),
                    ("morning", "Morning of the day"),
                    ("hour", "An hour before"),
                ],
                max_length=10,
                verbose_name="kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.UniqueConstraint(
                fields=("participant", "kind", "starts_at"),
                name="one_reminder_per_participant_kind_and_start",
            ),
        ),
        migrations.RunPython(create_guard, drop_guard),
    ]
