"""The database of a test process: a copy of one that was migrated once, restored in SQL.

Migrating takes most of a minute, and Django puts back what migrations wrote object by object after
each test that commits: both add up to minutes over a suite.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.db import connection, transaction

NAME = "migrated"
# Set by `make test`: where the migrated database is. Without it each process migrates its own.
VARIABLE = "MIGRATED_DATABASE"


def migrate(folder: Path, server: str = "") -> str:
    """Make a migrated database, on this PostgreSQL or as a file in the folder; its address."""
    url = f"sqlite:///{folder / NAME}"
    if server:
        url = urlunsplit(urlsplit(server)._replace(path=f"/{NAME}"))
        with psycopg.connect(server, autocommit=True) as connected:
            connected.execute(f"CREATE DATABASE {NAME}")
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": url}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], env=environment, check=True)
    return url


def copy_migrated() -> None:
    """As the test database of this process, which Django then takes for one kept."""
    name = connection.creation._get_test_db_name()
    if connection.vendor == "sqlite":
        shutil.copyfile(urlsplit(os.environ[VARIABLE]).path, name)
    else:
        server = os.environ["DATABASE_URL"]
        with psycopg.connect(server, autocommit=True) as connected:
            connected.execute(f'DROP DATABASE IF EXISTS "{name}"')
            connected.execute(f'CREATE DATABASE "{name}" TEMPLATE {NAME}')


def restore_in_sql() -> None:
    """Keep what the migrations wrote beside its tables, for tests that commit to put it back."""
    tables = []
    with connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(
            only_existing=True, include_views=False
        ):
            cursor.execute(f'SELECT EXISTS (SELECT 1 FROM "{table}")')  # noqa: S608
            if cursor.fetchone()[0]:
                cursor.execute(f'CREATE TABLE "kept_{table}" AS SELECT * FROM "{table}"')  # noqa: S608
                tables.append(table)

    def restore(_contents: str) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            for table in tables:
                cursor.execute(
                    f'INSERT INTO "{table}" SELECT * FROM "kept_{table}" WHERE true'  # noqa: S608
                    " ON CONFLICT DO NOTHING"  # the first test finds what it brings
                )

    connection.creation.deserialize_db_from_string = restore
    # That there is one is what Django asks before it has anything put back.
    connection._test_serialized_contents = ""
