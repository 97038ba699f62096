"""Settings, read from the environment; `make run` and the tests set the same variables."""

import os
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured

from portal.outbox.environment import read_channels

# docxtpl brings lxml, which openpyxl would take for reading; it shall stay with defusedxml.
os.environ["OPENPYXL_LXML"] = "False"

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("PORTAL_VAR", BASE_DIR / "var"))

# demo: plain http in a LAN; production: TLS, TOTP; test: as production without TLS
MODE = os.environ.get("PORTAL_MODE", "demo")
if MODE not in {"demo", "production", "test"}:
    raise ImproperlyConfigured(f"PORTAL_MODE must be demo, production or test, not {MODE!r}.")
PRODUCTION = MODE == "production"
# "Sign in as" and its like: only where the launcher found the invented district in the database.
DEMO = MODE == "demo" and os.environ.get("DEMO") == "1"
DEBUG = False


def _listed(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def _secret_key() -> str:
    """The key from SECRET_KEY or SECRET_KEY_FILE; only tests and builds may go without."""
    path = os.environ.get("SECRET_KEY_FILE")
    if path:
        return Path(path).read_text().strip()
    key = os.environ.get("SECRET_KEY", "")
    if not key and MODE != "test":
        raise ImproperlyConfigured(
            "Set SECRET_KEY_FILE (make run does): the portal does not run on a known key. "
            "For a check that serves nobody, set PORTAL_MODE=test."
        )
    return key or "not-secret-only-for-tests-" + "x" * 40


SECRET_KEY = _secret_key()
SECRET_KEY_FALLBACKS = _listed("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = _listed("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = _listed("CSRF_TRUSTED_ORIGINS")

# --- Applications ---------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "drf_spectacular",
    "rest_framework",
    "portal",
    "agencies",
    "institutions",
    "inspections",
    "penalties",
    "sharing",
]

# What the kernel needs to know of the apps, by name only.
PORTAL_APPS = ["agencies", "institutions", "inspections", "penalties", "sharing"]
AUTH_USER_MODEL = "agencies.User"
AGENCY_MODEL = "agencies.Agency"
POST_MODEL = "agencies.Post"
ACTOR_FROM_REQUEST = "agencies.sessions.selectors.actor_from_request"
ACTOR_FROM_TOKEN = "agencies.accounts.selectors.actor_from_token"  # noqa: S105  # a path, not a token
ACTOR_FROM_POST = "agencies.accounts.selectors.actor_from_post"
ADDRESSES_OF_RECIPIENTS = "agencies.accounts.selectors.addresses_of_recipients"
ADMIT_SESSION = "agencies.sessions.services.admit"
STAFF_ON_DUTY = "agencies.accounts.selectors.staff_on_duty"
PLACES_FROM_REQUEST = "agencies.sessions.selectors.places_from_request"
SETUP_IS_DUE = "agencies.sessions.selectors.setup_is_due"

MIDDLEWARE = [
    "portal.access.middleware.RequestIdMiddleware",
    "portal.ui.middleware.UnavailableMiddleware",
    "portal.access.middleware.CleanRequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "portal.access.middleware.ActorMiddleware",
    "portal.access.middleware.NoStoreMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.access.entrance.EntranceMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.errors.ConflictMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
FORM_RENDERER = "portal.ui.renderer.FieldRenderer"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "portal.templatetags.portal_ui",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "portal.ui.context.frame",
            ],
        },
    },
]

# --- Database, cache, jobs ------------------------------------------------------------------

DATABASE_URL = os.environ.get("DATABASE_URL", "postgres:///portal")
# Pages read few rows, mostly from memory: plans by index, without workers or code to wait for.
_SESSION = {
    "idle_in_transaction_session_timeout": "60000",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "random_page_cost": "1.1",
}
DATABASES = {
    "default": {
        **dj_database_url.parse(DATABASE_URL, conn_max_age=60),
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {"options": " ".join(f"-c {name}={to}" for name, to in _SESSION.items())},
    }
}
DATABASE_OWNER_URL = os.environ.get("DATABASE_OWNER_URL", "")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": os.environ.get("CACHE_URL", REDIS_URL),
    }
}

CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# The queue is only a hint: a request never waits long for a broker that is away.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 1200,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "retry_policy": {"max_retries": 1},
}
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.1}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_IMPORTS = ["agencies.accounts.tasks", "portal.lists.tasks", "portal.workbooks.tasks"]
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "open-roster-periods": {"task": "sharing.rosters.tasks.open_periods", "schedule": 3600},
    "deliver-outbox": {"task": "portal.outbox.tasks.deliver_outbox", "schedule": 30},
    "dispatch-events": {"task": "portal.tasks.dispatch_events", "schedule": 10},
    "disable-idle-accounts": {
        "task": "agencies.accounts.tasks.disable_idle_accounts",
        "schedule": 3600,
    },
    # One that waited longer than the next beat says nothing: it expires.
    "heartbeat": {"task": "portal.tasks.heartbeat", "schedule": 30, "options": {"expires": 25}},
    "publish-penalties": {"task": "penalties.publication.tasks.publish_planned", "schedule": 600},
    "release-restrictions": {"task": "sharing.restrictions.tasks.release", "schedule": 3600},
    "mail-audit-heads": {"task": "portal.audit.tasks.mail_audit_heads", "schedule": 600},
    "reconcile-outbox": {"task": "portal.outbox.tasks.reconcile_outbox", "schedule": 1800},
    "rescan-waiting-files": {"task": "portal.files.tasks.rescan_waiting_files", "schedule": 60},
    "make-waiting-copies": {"task": "portal.workbooks.tasks.make_waiting_copies", "schedule": 60},
    "void-overdue-draws": {"task": "inspections.tasks.void_overdue_draws", "schedule": 60},
    "run-effects": {"task": "portal.clocks.tasks.run_effects", "schedule": 60},
    "expire-exports": {"task": "portal.lists.tasks.expire_exports", "schedule": 3600},
    "run-waiting-exports": {"task": "portal.lists.tasks.run_waiting_exports", "schedule": 60},
    "tell-before-breaks": {"task": "portal.clocks.tasks.tell_before_breaks", "schedule": 3600},
    "seal-audit": {"task": "portal.audit.tasks.seal_audit", "schedule": 60},
    "urge-yearly-plans": {"task": "inspections.tasks.urge_yearly_plans", "schedule": 3600},
    "watch-for-standstill": {"task": "portal.clocks.tasks.watch_for_standstill", "schedule": 60},
}

# --- Messages -------------------------------------------------------------------------------

# Messages also go out by e-mail where this is on; the portal's own inbox always has them.
INBOX_EMAIL = os.environ.get("INBOX_EMAIL", "0") == "1"
EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("EMAIL_USE_TLS", "0") == "1"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "portal@localhost")

# --- Outbox ---------------------------------------------------------------------------------

# What each channel is told by the environment: docs/how-to-add-a-channel.md.
OUTBOX_CHANNELS = read_channels(os.environ)
OUTBOX_PLAIN_HOSTS = _listed("OUTBOX_PLAIN_HOSTS")  # may be reached without TLS
OUTBOX_MOST_ATTEMPTS = int(os.environ.get("OUTBOX_MOST_ATTEMPTS", "12"))
OUTBOX_RECONCILE_DAYS = int(os.environ.get("OUTBOX_RECONCILE_DAYS", "30"))

# --- Language and time ----------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
FORMAT_MODULE_PATH = ["portal.ui.formats"]

# --- Static files and stored files ----------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [path for path in [VAR_DIR / "assets"] if path.is_dir()]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if MODE != "test"
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
FILES_DIR = Path(os.environ.get("PORTAL_FILES", VAR_DIR / "files"))
FILE_UPLOAD_TEMP_DIR = os.environ.get("FILE_UPLOAD_TEMP_DIR")
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
UPLOAD_MAX_BYTES = 50 * 1024 * 1024
# The two fonts of papers; `python -m portal.embedded assets` puts them there.
PAPER_FONTS = Path(os.environ.get("PAPER_FONTS", VAR_DIR / "fonts"))
CLAMD_ADDRESS = os.environ.get("CLAMD_ADDRESS", "")

# --- Security -------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if MODE == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "desk"
LOGOUT_REDIRECT_URL = "start"
TOTP_REQUIRED = PRODUCTION

# Proxies in front of us whose X-Forwarded-For is believed; 0 means the peer address counts.
TRUSTED_PROXIES = int(os.environ.get("TRUSTED_PROXIES", "0"))
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.5
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_CLIENT_IP_CALLABLE = "portal.access.client.client_address"
AXES_LOCKOUT_CALLABLE = "agencies.sessions.views.locked_out"
AXES_DISABLE_ACCESS_LOG = True  # sign-ins stand in the audit and in the list of sessions
AXES_VERBOSE = False

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_ABSOLUTE_SECONDS = 12 * 3600
SESSION_IDLE_SECONDS = 60 * int(os.environ.get("SESSION_IDLE_MINUTES", "480" if DEMO else "30"))
PASSWORD_DAYS_VALID = 0 if DEMO else 90  # GB/T 22239-2019; 0: no limit
ACCOUNT_IDLE_DAYS = 0 if DEMO else 90  # accounts not used for so long are disabled; 0: never
OTP_TOTP_ISSUER = "生态环境监测机构联合监管"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "portal.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if PRODUCTION:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = os.environ.get("SECURE_SSL_REDIRECT", "1") == "1"
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "style-src-attr": [UNSAFE_INLINE],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- REST -----------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["portal.access.rest.ActorAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["portal.access.rest.IsStaff"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "portal.access.rest_errors.rest_errors",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "生态环境监测机构联合监管平台 API",
    "DESCRIPTION": "Joint supervision of ecological-environment monitoring institutions.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SCHEMA_PATH_PREFIX": "/api/v1/",
}

# --- Logging --------------------------------------------------------------------------------

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
    "loggers": {"axes": {"level": "WARNING"}},
}

# How long before its last day a roster period opens; the portal's own setting, not law.
ROSTER_OPENS_DAYS_AHEAD = int(os.environ.get("ROSTER_OPENS_DAYS_AHEAD", "90"))

# The audit's batches and daily heads also go to another host: AUDIT_SYSLOG=host[:port], by UDP.
AUDIT_SYSLOG = os.environ.get("AUDIT_SYSLOG", "")
if AUDIT_SYSLOG:
    _host, _, _port = AUDIT_SYSLOG.partition(":")
    LOGGING["handlers"]["audit_syslog"] = {
        "class": "logging.handlers.SysLogHandler",
        "address": (_host, int(_port or 514)),
        "formatter": "line",
    }
    LOGGING["loggers"]["portal.audit.heads"] = {"handlers": ["audit_syslog"], "level": "INFO"}

# Who outside keeps the daily heads: addresses, comma-separated; empty: no mail goes out.
AUDIT_HEAD_MAIL_TO = _listed("AUDIT_HEAD_MAIL_TO")

# Journeys shift the portal's clock by this many seconds; production refuses it.
CLOCK_SHIFT_SECONDS = int(os.environ.get("CLOCK_SHIFT_SECONDS", "0"))
if PRODUCTION and CLOCK_SHIFT_SECONDS:
    raise ImproperlyConfigured("CLOCK_SHIFT_SECONDS is only for tests and demonstrations.")
