"""No resource is taken twice at the same time: kept by the database, on both engines.

SQLite drops a table's triggers whenever Django rebuilds the table: a later migration that alters
`events_occupation` must create them again, and the guard's tests fail if it does not.
"""

from django.db import migrations

POSTGRESQL = """
CREATE EXTENSION IF NOT EXISTS btree_gist;
ALTER TABLE events_occupation ADD CONSTRAINT resource_is_in_one_place
    EXCLUDE USING gist (resource WITH =, tstzrange(starts_at, ends_at, '[)') WITH &&);
"""
POSTGRESQL_BACK = "ALTER TABLE events_occupation DROP CONSTRAINT resource_is_in_one_place;"

SQLITE = """
CREATE TRIGGER resource_is_in_one_place_{when} BEFORE {event} ON events_occupation
WHEN EXISTS (
    SELECT 1 FROM events_occupation
    WHERE resource = NEW.resource AND id IS NOT NEW.id
      AND starts_at < NEW.ends_at AND ends_at > NEW.starts_at
)
BEGIN
    SELECT RAISE(ABORT, 'resource_is_in_one_place');
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
            schema_editor.execute(f"DROP TRIGGER resource_is_in_one_place_{when}")


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]

    operations = [migrations.RunPython(create_guard, drop_guard)]
