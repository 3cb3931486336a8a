"""The project's settings, with a laptop's defaults and nothing left on disk."""

import tempfile
from pathlib import Path

from pavilion.settings import *  # noqa: F403
from pavilion.settings import DATABASES, MIDDLEWARE, STORAGES

VAR_DIR = Path(tempfile.mkdtemp(prefix="pavilion-tests-"))
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
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# No worker runs in the suite: a nudge goes to memory, tests call delivery themselves.
CELERY_BROKER_URL = "memory://"
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, so that threads of one test share the database as processes would.
    DATABASES["default"]["TEST"] = {"NAME": VAR_DIR / "test.sqlite3"}
