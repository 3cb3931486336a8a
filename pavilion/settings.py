"""Settings, from the environment alone.

Nothing set: a laptop. SQLite, Celery's queue and every e-mail live under `var/`, a secret is
generated there once, and only localhost is answered. A server sets SECRET_KEY, BASE_URL,
DATABASE_URL, REDIS_URL and EMAIL_URL; it refuses to start without the ones it needs.
"""

import secrets
from pathlib import Path
from urllib.parse import urlsplit

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
DEBUG = env.bool("DEBUG", default=False)
_is_server = any(env.str(name, default="") for name in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL"))
LAPTOP = env.bool("LAPTOP", default=DEBUG or not (_is_server or "DEBUG" in env.ENVIRON))


def _laptop_secret() -> str:
    """The secret a laptop keeps between runs; links and sessions stay valid."""
    path = VAR_DIR / "secret_key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(secrets.token_urlsafe(48), encoding="ascii")
        path.chmod(0o600)
    return path.read_text(encoding="ascii")


def _required(name: str) -> str:
    value: str = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(
            f"{name} is missing. Set it, or set LAPTOP=true to run on this machine alone."
        )
    return value


SECRET_KEY = env.str("SECRET_KEY", default="") or (
    _laptop_secret() if LAPTOP else _required("SECRET_KEY")
)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])


def _laptop_url() -> str:
    """Where PORT says, or else where `make run` serves these data at this moment."""
    running = VAR_DIR / "base_url"
    if env.str("PORT", default="") or not running.exists():
        return f"http://localhost:{env.int('PORT', default=8000)}"
    return running.read_text(encoding="ascii")


BASE_URL = env.str("BASE_URL", default="") or (_laptop_url() if LAPTOP else _required("BASE_URL"))
BASE_URL = BASE_URL.rstrip("/")
_base = urlsplit(BASE_URL)
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS",
    default=["localhost", "127.0.0.1", "[::1]", str(_base.hostname)]
    if LAPTOP
    else [str(_base.hostname)],
)
CSRF_TRUSTED_ORIGINS = [BASE_URL]
_is_https = _base.scheme == "https"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _is_https
SECURE_SSL_REDIRECT = _is_https and env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if _is_https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _is_https else None
# Sign-in is slowed down per visitor: behind a proxy all of them would seem to be the proxy.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0 if LAPTOP else 1)
# Private links leave with no request to another host. Under "no-referrer" browsers would send
# "Origin: null" with our own forms, which the CSRF check rightly refuses.
SECURE_REFERRER_POLICY = "same-origin"

INSTALLED_APPS = [
    "pavilion.core",
    "unfold.apps.BasicAppConfig",
    "pavilion.core.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_filters",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "events",
    "startups",
    "meetings",
    "pavilion.demo",
]

MIDDLEWARE = [
    "pavilion.calendars.calendars_first",
    "django.middleware.security.SecurityMiddleware",
    "pavilion.core.middleware.refuse_nul",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "pavilion.core.middleware.remember_who_acts",
    "pavilion.core.middleware.LanguageMiddleware",
    "pavilion.core.middleware.LoginMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "pavilion.core.middleware.staff_second_factor",
    "pavilion.core.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "pavilion.urls"
WSGI_APPLICATION = "pavilion.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- Storage -------------------------------------------------------------------------------------

if env.str("DATABASE_URL", default=""):
    DATABASES = {"default": env.db("DATABASE_URL")}
    DATABASES["default"].setdefault("CONN_MAX_AGE", env.int("CONN_MAX_AGE", default=60))
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": VAR_DIR / "pavilion.sqlite3",
            # Opening it costs more than most queries.
            "CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=60),
            "OPTIONS": {
                # An immediate transaction queues writers instead of failing half-way with
                # "database is locked"; WAL lets readers go on meanwhile.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    }

REDIS_URL = env.str("REDIS_URL", default="") or ("" if LAPTOP else _required("REDIS_URL"))
if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "django_redis.cache.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "pavilion",
            # Redis down must not take the pages down: the cache only holds what may be lost.
            "OPTIONS": {
                "IGNORE_EXCEPTIONS": True,
                "SOCKET_CONNECT_TIMEOUT": 1,
                "SOCKET_TIMEOUT": 1,
            },
        }
    }
    DJANGO_REDIS_LOG_IGNORED_EXCEPTIONS = True
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            # A counter and a text for each calendar: beyond that, some are forgotten.
            "OPTIONS": {"MAX_ENTRIES": 2_000},
        }
    }

MEDIA_ROOT = VAR_DIR / "media"
STATIC_URL = "static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(VAR_DIR / "static"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Uploads above this size (bytes) go to a temporary file instead of memory.
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
FILE_UPLOAD_PERMISSIONS = 0o640

# --- Work in the background ----------------------------------------------------------------------

CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A nudge that cannot be sent is dropped at once: the sweep finds what it announced.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = "Europe/Paris"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
if REDIS_URL:
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {
        "socket_connect_timeout": 1,
        "socket_timeout": 5,
        "visibility_timeout": 600,
        # Whoever clicks waits for a dead broker at most a moment; the worker tries for ever anyway.
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0.2,
        "connect_retries_timeout": 1,
    }
else:
    _broker_folder = str(VAR_DIR / "broker")
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": _broker_folder,
        "data_folder_out": _broker_folder,
        "control_folder": str(VAR_DIR / "broker-control"),
        # Seconds between two looks into the folder: also how long a worker takes to stop.
        "polling_interval": 0.2,
    }
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    # Often: it also finds what has just settled, and what a domain's pace lets go.
    "sweep the outbox": {"task": "pavilion.core.tasks.sweep_outbox", "schedule": 10.0},
    "sweep the jobs": {"task": "pavilion.core.tasks.sweep_jobs", "schedule": 60.0},
    "forget old jobs": {"task": "pavilion.core.tasks.forget_old_jobs", "schedule": 86_400.0},
    "send due reminders": {"task": "meetings.tasks.send_due_reminders", "schedule": 60.0},
    "send digests": {"task": "meetings.tasks.send_digests", "schedule": 300.0},
    "release due decisions": {"task": "startups.tasks.release_due_decisions", "schedule": 60.0},
    "lapse offers": {"task": "startups.tasks.lapse_offers", "schedule": 60.0},
    "keep the floor": {"task": "startups.tasks.keep_the_floor", "schedule": 60.0},
    "chase deadlines": {"task": "startups.tasks.chase_deadlines", "schedule": 60.0},
    "purge personal data": {
        "task": "startups.tasks.purge_personal_data",
        "schedule": crontab(hour=3, minute=10),
    },
    "keep stand calendars": {
        "task": "startups.tasks.keep_stand_calendars",
        "schedule": crontab(hour=3, minute=40),
    },
    "check companies": {"task": "startups.tasks.check_companies", "schedule": 60.0},
    "erase expired needs": {
        "task": "meetings.tasks.erase_expired_needs",
        "schedule": crontab(hour=3, minute=20),
    },
    "erase old briefings": {
        "task": "meetings.tasks.erase_old_briefings",
        "schedule": crontab(hour=3, minute=30),
    },
    "erase old run sheets": {
        "task": "meetings.tasks.erase_old_run_sheets",
        "schedule": crontab(hour=3, minute=35),
    },
    "drop old tombstones": {"task": "meetings.tasks.drop_old_tombstones", "schedule": 86_400.0},
}

# --- Mail ----------------------------------------------------------------------------------------

if env.str("EMAIL_URL", default="") or (not LAPTOP and _required("EMAIL_URL")):
    vars().update(env.email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "pavilion.core.mailbox.EmlFileBackend"
    EMAIL_FILE_PATH = str(VAR_DIR / "mail")
EMAIL_TIMEOUT = 20
MAIL_DOMAIN = env.str("MAIL_DOMAIN", default=str(_base.hostname))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"Pavillon <pavillon@{MAIL_DOMAIN}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# The one mailbox that organises every meeting: constant, or calendars see another meeting.
ORGANIZER_EMAIL = env.str("ORGANIZER_EMAIL", default=f"rendez-vous@{MAIL_DOMAIN}")
ORGANIZER_NAME = env.str("ORGANIZER_NAME", default="Pavillon des Régions")
# How long (seconds) a worker may hold a message before another may take it over.
OUTBOX_LEASE = env.int("OUTBOX_LEASE", default=60)
# How many processes of one machine deliver at a time: one of the worker's is left for the rest.
OUTBOX_COURIERS = max(1, env.int("WORKER_CONCURRENCY", default=2) - 1)
# Several changes of a meeting within so many seconds make one mail; a laptop shows it sooner.
MAIL_SETTLES = env.int("MAIL_SETTLES", default=10 if LAPTOP else 120)
# When nothing leaves that can wait, Paris time, as "22:00-06:30"; empty: mail leaves at any hour.
QUIET_HOURS = env.str("QUIET_HOURS", default="" if LAPTOP else "22:00-06:30")
# Messages a minute to one domain, as "orange.fr=30,gmail.com=60"; others: as fast as it goes.
OUTBOX_PACE = env.dict("OUTBOX_PACE", cast={"value": int}, default={})
# Each invitation is organised by an address of its own (rendez-vous+…@): who replies to it is known
# by it. Off where the mailbox takes no such addresses.
ORGANIZER_SUBADDRESSES = env.bool("ORGANIZER_SUBADDRESSES", default=True)
# The mailbox that replies and returned mail come to, as imaps://user:password@host/folder, with
# ?moved=Folder where what was taken in goes; empty: they are handed to `manage.py receive_mail`.
IMAP_URL = env.str("IMAP_URL", default="")
if IMAP_URL:
    CELERY_BEAT_SCHEDULE["poll the mailbox"] = {
        "task": "meetings.tasks.poll_mailbox",
        "schedule": 60.0,
    }
# Whose word (authserv-id, RFC 8601) counts in Authentication-Results; empty: nobody's.
AUTHSERV_ID = env.str("AUTHSERV_ID", default="")
# How long (days) the former address of a renewed calendar still opens.
FEED_GRACE = env.int("FEED_GRACE", default=7)
# How often one calendar address answers; whoever asks more waits until the next hour.
FEED_REQUESTS_PER_HOUR = env.int("FEED_REQUESTS_PER_HOUR", default=120)

# --- Companies -----------------------------------------------------------------------------------

# Where the interface "Recherche d'entreprises" answers; empty: nobody is asked.
COMPANY_REGISTER_URL = env.str("COMPANY_REGISTER_URL", default="")

# --- People --------------------------------------------------------------------------------------

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_REDIRECT_URL = "core:after_login"
LOGIN_URL = "account_login"
ACCOUNT_ADAPTER = "pavilion.core.accounts.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "pavilion.core.accounts.SocialAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# What one may see follows the address: it counts once a code or link sent there came back.
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Pavillon"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = LAPTOP
STAFF_SECOND_FACTOR_REQUIRED = env.bool("STAFF_SECOND_FACTOR_REQUIRED", default=False)
if env.str("OIDC_SERVER_URL", default=""):
    SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            # ProConnect refuses query parameters it does not know, PKCE's among them.
            "OAUTH_PKCE_ENABLED": env.bool("OIDC_PKCE", default=False),
            "APPS": [
                {
                    "provider_id": env.str("OIDC_PROVIDER_ID", default="oidc"),
                    "name": env.str("OIDC_NAME", default="OpenID Connect"),
                    "client_id": _required("OIDC_CLIENT_ID"),
                    "secret": _required("OIDC_CLIENT_SECRET"),
                    "settings": {"server_url": env.str("OIDC_SERVER_URL")},
                }
            ],
        }
    }
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True

# --- Language and time ---------------------------------------------------------------------------

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "pavilion" / "locale"]
TIME_ZONE = "Europe/Paris"
USE_TZ = True

# --- Pages and API -------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "pavilion.core.authentication.BearerAuthentication",
        "rest_framework.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PAGINATION_CLASS": "pavilion.core.api.PagePagination",
    "DEFAULT_FILTER_BACKENDS": [
        "django_filters.rest_framework.DjangoFilterBackend",
        "rest_framework.filters.SearchFilter",
        "rest_framework.filters.OrderingFilter",
    ],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "EXCEPTION_HANDLER": "pavilion.core.api.exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Pavilion",
    "DESCRIPTION": "Calls, stands, meetings and calendars of the regions' joint pavilion.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    # Without this, Swagger UI shows the schema to a validator on another host.
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None},
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    # Fields of one name and different choices.
    "ENUM_NAME_OVERRIDES": {
        "ApplicationStatusEnum": "startups.models.Application.Status",
        "ReviewStatusEnum": "startups.models.Review.Status",
        "MeetingStatusEnum": "meetings.models.Meeting.Status",
        "OfficeKindEnum": "meetings.models.Office.Kind",
        "RoomKindEnum": "events.models.Room.Kind",
        "SessionKindEnum": "events.models.Session.Kind",
        "StandKindEnum": "events.models.Stand.Kind",
        "SessionStateEnum": "events.models.Session.State",
        "MessageStateEnum": "pavilion.core.models.OutboxMessage.State",
        "JobStateEnum": "pavilion.core.models.Job.State",
        "SheetImportStateEnum": "startups.models.SheetImport.State",
        "HeadcountEnum": "startups.models.Headcount",
        "QuestionKindEnum": "startups.models.Question.Kind",
        "ProposalStatusEnum": "startups.models.AllocationRun.Status",
        "GoalLevelEnum": "startups.models.GoalLevel",
        "PlanFileFormatEnum": "events.serializers.plan.FORMATS",
        "MeetingFormatEnum": "meetings.models.Meeting.Format",
        "AnswerEnum": "meetings.models.Participant.Answer",
        "GivenAnswerEnum": "meetings.serializers.incoming.GIVEN",
        "OutcomeEnum": "startups.models.Decision.Outcome",
        "IncomingOutcomeEnum": "meetings.models.IncomingMail.Outcome",
        "QuestionPartKindEnum": "startups.serializers.shaping.KIND_OF_PARTS",
    },
}

UNFOLD = {
    "SITE_TITLE": _("Pavilion"),
    "SITE_HEADER": _("Pavilion"),
    "SITE_URL": "/",
    "SITE_ICON": "pavilion.navigation.mark",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": "pavilion.navigation.favicon"}
    ],
    "STYLES": ["pavilion.navigation.stylesheet"],
    "SHOW_LANGUAGES": True,
    "SHOW_HISTORY": False,  # a row's page tells what happened to it, from the activity log
    "DASHBOARD_CALLBACK": "pavilion.dashboard.context",
    "SIDEBAR": {"navigation": "pavilion.navigation.sidebar", "show_search": False},
    "ACCOUNT": {"navigation": "pavilion.navigation.account"},
    "COLORS": {
        # The accent and the greys of core/pavilion.css, as scales.
        "primary": {
            "50": "oklch(97.5% .01 215)",
            "100": "oklch(94.5% .02 215)",
            "200": "oklch(89% .04 214)",
            "300": "oklch(84% .065 212)",
            "400": "oklch(79% .09 210)",
            "500": "oklch(66% .09 212)",
            "600": "oklch(43% .075 215)",
            "700": "oklch(38% .068 215)",
            "800": "oklch(32% .055 215)",
            "900": "oklch(27% .035 215)",
            "950": "oklch(21% .028 215)",
        },
        "base": {
            "50": "oklch(98.4% .003 95)",
            "100": "oklch(96.3% .005 95)",
            "200": "oklch(90% .006 95)",
            "300": "oklch(84% .008 250)",
            "400": "oklch(72% .012 250)",
            "500": "oklch(52% .015 250)",
            "600": "oklch(43% .015 250)",
            "700": "oklch(36% .015 250)",
            "800": "oklch(27% .014 250)",
            "900": "oklch(19% .012 250)",
            "950": "oklch(15% .012 250)",
        },
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"no_secrets": {"()": "pavilion.core.logs.RedactTokens"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["no_secrets"],
        }
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {"django.server": {"handlers": ["console"], "propagate": False}},
}

SILENCED_SYSTEM_CHECKS = [
    # HSTS for subdomains and preload lists bind a whole domain: its owner decides, not one service.
    "security.W005",
    "security.W021",
    # The address is unique whatever its case: a functional constraint, which this check cannot see.
    "auth.W004",
]
