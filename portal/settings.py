"""Settings of the portal: one file, read from the environment, failing loudly.

Every variable is described in ``.env.example``. Development and tests set ``DEBUG``; production leaves it
out, and the checks of :mod:`portal.checks` refuse to start with a default key, a wildcard host or demo data.
"""

from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import environ
from django.utils.translation import gettext_lazy as _
from whitenoise.compress import Compressor

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
PRODUCTION = env.bool("PRODUCTION", default=not DEBUG)  # portal.checks then refuses what is unfit


def unless_production(value):
    """``value`` as a default while ``DEBUG`` is on; in production the variable must be set."""
    return value if DEBUG else environ.Env.NOTSET


DEVELOPMENT_KEY = "development-only-" + "0" * 48
SECRET_KEY = env.str("SECRET_KEY", default=unless_production(DEVELOPMENT_KEY))
# Keys of encrypted columns, newest first: "id:base64-of-32-bytes,…". Old ones stay readable.
DEVELOPMENT_FIELD_KEY = "dev:" + "A" * 43 + "="
FIELD_KEYS = env.list("FIELD_KEYS", default=unless_production([DEVELOPMENT_FIELD_KEY]))
DEVELOPMENT_HOSTS = ["localhost", "127.0.0.1", "[::1]", "testserver"]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=unless_production(DEVELOPMENT_HOSTS))
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
PORTAL_URL = env.str("PORTAL_URL", default=unless_production("http://127.0.0.1:8000")).rstrip("/")
# Where the worker asks once a minute whether the web server answers; empty: it notes its own life alone.
AVAILABILITY_URL = env.str("AVAILABILITY_URL", default="")
BEHIND_PROXY = env.bool(
    "BEHIND_PROXY", default=False
)  # one proxy of ours stands in front and sets X-Forwarded-*
STATE_DIR = Path(env.str("STATE_DIR", default=str(BASE_DIR / ".state")))
# By how much a demo whose days were lived ahead is later than the world; of nobody else's clock.
CLOCK_AHEAD = STATE_DIR / "clock-ahead" if DEMO else None
# The policy this portal carries out; another city writes another file.
POLICY_FILE = env.str("POLICY_FILE", default=str(BASE_DIR / "portal" / "policy" / "shijiazhuang-2022.toml"))

INSTALLED_APPS = [
    "portal",
    "funding",
    "evaluation",
    "projects",
    "institutes",
    "notices",
    "accounts",
    "records",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "django_htmx",
    "guardian",
    "axes",
    "rest_framework",
    "rest_framework.authtoken",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "portal.middleware.RequestIdMiddleware",
    "portal.caching.PublicPagesMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.SignInRequiredMiddleware",
    "accounts.middleware.VisitMiddleware",
    "accounts.middleware.FirstThingsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
ASGI_APPLICATION = "portal.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "portal.context_processors.shell",
            ],
        },
    }
]

FORM_RENDERER = "portal.renderers.FormRenderer"

# --- people -------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
ORGANISATION_MODEL = "accounts.Organisation"
DIVISION_MODEL = "accounts.Division"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "portal.demo.backends.NoDemoPasswordInProduction",
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
]
ANONYMOUS_USER_NAME = None  # guardian would otherwise create a user of its own on migrate
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if DEMO:
    PASSWORD_HASHERS.insert(0, "portal.demo.hashers.DemoHasher")
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "name", "email"]},
    },
    {"NAME": "accounts.passwords.ByTheEdition"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "portal.demo.backends.NotTheDemoPassword"},
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
PASSWORD_RESET_TIMEOUT = 30 * 24 * 60 * 60  # the outermost bound; the policy says when a link is void
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_AGE = 24 * 60 * 60  # the edition ends a visit long before; its browser can then be told why
SESSION_COOKIE_HTTPONLY = True
AXES_FAILURE_LIMIT = "accounts.passwords.failures_allowed"  # both by the edition in force
AXES_COOLOFF_TIME = "accounts.passwords.pause"
# Who guesses at a name is shut out by name and address together; the owner of the name elsewhere is not.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "accounts/locked_out.html"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_IPWARE_PROXY_COUNT = 1 if BEHIND_PROXY else 0

# --- database -----------------------------------------------------------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL")}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=600)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# A list joins eight tables, in a good order already: to weigh every other order takes longer than to fetch its rows.
PLANNING = "-c join_collapse_limit=4"
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", PLANNING)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": env.cache_url("CACHE_URL", default=unless_production("dbcache://portal_cache")),
}
if CACHES["default"]["BACKEND"].endswith("RedisCache"):
    CACHES["default"] |= {
        "BACKEND": "portal.cache.PatientRedisCache",
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }

BOARDS_KEPT = env.int("BOARDS_KEPT", default=60)
"""Seconds for which a dashboard is shown as it was drawn last, where nothing changed; 0 draws each anew."""

# --- queue --------------------------------------------------------------------------------------------------
# The queue only wakes the worker: what is to be done, and whether it was done, are rows in PostgreSQL.
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default=unless_production("filesystem://localhost"))
CELERY_QUEUE_DIR = STATE_DIR / "queue"  # of the filesystem broker, which serves one machine
QUEUE_TRANSPORT = {
    "visibility_timeout": 900,
    "socket_connect_timeout": 2,
    "socket_timeout": 30,
    "socket_keepalive": True,
}
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {
        "data_folder_in": str(CELERY_QUEUE_DIR / "messages"),
        "data_folder_out": str(CELERY_QUEUE_DIR / "messages"),
        "control_folder": str(CELERY_QUEUE_DIR / "control"),
        "polling_interval": 0.1,
    }
    if CELERY_BROKER_URL.startswith("filesystem:")
    else QUEUE_TRANSPORT
)
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_PUBLISH_RETRY = False  # a page does not wait for the queue
# The worker has threads, not forks: a fork may not start the child process that makes a PDF. Celery's own limits of
# time do not reach threads, so whatever a task calls has a limit itself (PDF, mail, locks, jobs.STINT), and ends before
# the queue takes its message for lost.
CELERY_WORKER_POOL = "threads"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = CELERY_RESULT_SERIALIZER = CELERY_EVENT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_ENABLE_UTC = True
CELERY_BEAT_SCHEDULE_FILENAME = str(STATE_DIR / "beat")

# --- words and time -----------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

# --- files --------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(STATE_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "portal.staticfiles.NpmFinder",
]
WHITENOISE_USE_FINDERS = DEBUG
# Source maps are half of all, and only a developer's browser asks for them.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(STATE_DIR / "media")))
S3_BUCKET = env.str("S3_BUCKET", default="")
STORAGES = {
    "default": (
        {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": S3_BUCKET,
                "endpoint_url": env.str("S3_ENDPOINT_URL", default=None),
                "default_acl": "private",
                "querystring_auth": True,
            },
        }
        if S3_BUCKET
        else {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    ),
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
EXPORT_DIRECT_ROWS = env.int("EXPORT_DIRECT_ROWS", default=2000)  # longer tables are written by a job
EXPORTS_KEPT_DAYS = env.int("EXPORTS_KEPT_DAYS", default=30)  # its file is removed afterwards, the job stays
UPLOAD_LIMIT_BYTES = env.int("UPLOAD_LIMIT_BYTES", default=20 * 1024 * 1024)
UPLOAD_TOTAL_BYTES = env.int("UPLOAD_TOTAL_BYTES", default=200 * 1024 * 1024)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# --- mail ---------------------------------------------------------------------------------------------------
vars().update(
    env.email_url("EMAIL_URL", default=unless_production(f"filemail:///{quote(str(STATE_DIR))}/mail"))
)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="noreply@portal.example")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Where group robots of office messengers live. Nothing else is called: see notices/channels/robots.py.
MESSENGERS = {
    "wecom": env.str("WECOM_URL", default="https://qyapi.weixin.qq.com"),
    "dingtalk": env.str("DINGTALK_URL", default="https://oapi.dingtalk.com"),
    "feishu": env.str("FEISHU_URL", default="https://open.feishu.cn"),
}
# The class that takes text messages; the default leaves them as files in the store.
SMS_GATEWAY = env.str("SMS_GATEWAY", default="notices.channels.sms.SmsFolder")

# --- API ----------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "portal.api.access.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["portal.api.access.SignedIn"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "portal.api.paging.Pages",
    "DEFAULT_SCHEMA_CLASS": "portal.api.schema.Schema",
    "DEFAULT_THROTTLE_RATES": {"token": "10/min"},
    "EXCEPTION_HANDLER": "portal.api.problems.exception_handler",
    "NUM_PROXIES": 1 if BEHIND_PROXY else 0,
}
API_TOKEN_AGE = timedelta(days=30)
SPECTACULAR_SETTINGS = {
    "TITLE": "市级产业技术研究院管理服务平台 API",
    "DESCRIPTION": "凡人可办之事，程序以同样权限亦可办。",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["portal.api.access.SignedIn"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "portal.api.schema.name_tags",
    ],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# --- security -----------------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=not DEBUG)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.bool("COOKIE_SECURE", default=not DEBUG)
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=0 if DEBUG else 31536000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_SUBDOMAINS", default=not DEBUG)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
        "base-uri": ["'self'"],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request": {"()": "portal.middleware.RequestIdFilter"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["request"]}},
    "loggers": {"weasyprint": {"level": "ERROR"}, "fontTools": {"level": "ERROR"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}
