"""What every test may use, and the rule about skipping."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.utils import translation
from xdist.scheduler import LoadScopeScheduling

from pavilion.core.management.commands.compile_translations import compile_translation
from tests import databases, servers

IS_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def pytest_configure():
    """A fresh checkout speaks French, too."""
    for source in (Path(__file__).parent.parent / "pavilion/locale").glob("*/LC_MESSAGES/*.po"):
        compile_translation(source)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """On CI everything is installed, so whatever is skipped was forgotten: a failure."""
    report = yield
    if IS_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, which CI=true forbids: {report.longrepr}"
    return report


class BrowserInOneProcess(LoadScopeScheduling):
    """Each test to whichever process is free, those with a browser together and first: they share
    a service and a Chromium.
    """

    def _split_scope(self, nodeid: str) -> str:
        return "browser" if nodeid.startswith("tests/browser/") else nodeid


def pytest_xdist_make_scheduler(config, log):
    return BrowserInOneProcess(config, log)


@pytest.hookimpl
def pytest_collection_modifyitems(items):
    """Tests about one engine run where that engine is, and say why when they do not."""
    for name, variable in (("postgresql", "DATABASE_URL"), ("redis", "REDIS_URL")):
        if not os.environ.get(variable):
            for item in items:
                if item.get_closest_marker(name):
                    item.add_marker(pytest.mark.skip(reason=f"needs {variable}; see make test"))
    if os.environ.get("DATABASE_URL"):
        # The rest says the same on every engine: SQLite's run has it.
        items[:] = [item for item in items if _depends_on_an_engine(item)]


def _depends_on_an_engine(item: pytest.Item) -> bool:
    """Operations, queries, races and the API; not what asks no database anything, nor pages.

    Pages leave all that to operations; tests/test_pages.py opens each of them on PostgreSQL.
    """
    if any(item.get_closest_marker(mark) for mark in ("postgresql", "redis")):
        return True
    used = set(getattr(item, "fixturenames", ()))
    fixtures = {"db", "transactional_db", "postgresql_url", "redis_url", "django_db_setup"}
    asks = item.get_closest_marker("django_db") or fixtures & used
    return bool(asks) and "client" not in used


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    return databases.VARIABLE in os.environ


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix) -> None:
    if databases.VARIABLE in os.environ:
        databases.copy_migrated()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> None:
    with django_db_blocker.unblock():
        databases.restore_in_sql()


@pytest.fixture(autouse=True)
def django_db_serialized_rollback() -> None:
    """A test that commits puts back what the migrations wrote: regions, themes, permissions."""


@pytest.fixture(autouse=True)
def _in_french() -> Iterator[None]:
    """A page asked for in English leaves its thread speaking English."""
    with translation.override("fr"):
        yield


@pytest.fixture(autouse=True)
def _forget_what_was_cached() -> Iterator[None]:
    yield
    cache.clear()


@pytest.fixture
def postgresql_url() -> Iterator[str]:
    """A PostgreSQL of this test's own, for what breaks or counts servers."""
    with _or_skip(servers.postgresql) as url:
        yield url


@pytest.fixture
def redis_url() -> Iterator[str]:
    """A Redis of this test's own, which the test may stop."""
    with _or_skip(servers.redis) as url:
        yield url


def _or_skip(server):
    try:
        servers.find_program("initdb" if server is servers.postgresql else "redis-server")
    except servers.NotFound as missing:
        pytest.skip(str(missing))
    return server()
