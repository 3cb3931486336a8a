"""The project's settings, with a laptop's defaults and nothing left on disk.

DATABASE_URL and REDIS_URL choose PostgreSQL and Redis, as they do for the service itself.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

os.environ.setdefault("LAPTOP", "true")

from pavilion.settings import *  # noqa: F403
from pavilion.settings import CACHES, DATABASES, MIDDLEWARE, REDIS_URL, STORAGES

VAR_DIR = Path(tempfile.mkdtemp(prefix="pavilion-tests-"))
_owner = os.getpid()
# A forked child must not take its parent's folder away.
atexit.register(
    lambda: shutil.rmtree(VAR_DIR, ignore_errors=True) if os.getpid() == _owner else None
)
SECRET_KEY = "tests only"
DEBUG = False
BASE_URL = "http://testserver"
ALLOWED_HOSTS = ["*"]
MEDIA_ROOT = VAR_DIR / "media"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MAIL_DOMAIN = "pavilion.example"
DEFAULT_FROM_EMAIL = "Pavillon <pavillon@pavilion.example>"
ORGANIZER_EMAIL = "rendez-vous@pavilion.example"
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MIDDLEWARE = [name for name in MIDDLEWARE if "whitenoise" not in name]
if REDIS_URL:
    # Parallel test processes share the server, not a database of it: a test clears it all.
    _number = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    CACHES["default"]["LOCATION"] = f"{REDIS_URL.rpartition('/')[0]}/{int(_number) % 16}"
# No worker runs in the suite: a nudge goes to memory, tests call delivery themselves.
CELERY_BROKER_URL = "memory://localhost"
CELERY_BROKER_TRANSPORT_OPTIONS = {}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, so that threads of one test share the database as processes would.
    DATABASES["default"]["TEST"] = {"NAME": VAR_DIR / "test.sqlite3"}
else:
    # A test ends with its connections.
    DATABASES["default"]["CONN_MAX_AGE"] = 0

MAIL_SETTLES = 0
QUIET_HOURS = ""
