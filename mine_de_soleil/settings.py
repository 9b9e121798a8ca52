"""Settings of the project. Every variable read here is listed in docs/deploy.md.

Nothing has to be set to try the product. Whoever runs it for real sets `MDS_PRODUCTION=1`;
then the secret, the hosts and the mail server are required and `check --deploy` is clean.
"""

import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("MDS_VAR_DIR", BASE_DIR / "var"))

PRODUCTION = os.environ.get("MDS_PRODUCTION") == "1"
TESTING = "pytest" in sys.modules


def _required_in_production(name: str, otherwise: str) -> str:
    value = os.environ.get(name)
    if PRODUCTION and not value:
        raise ImproperlyConfigured(f"{name} must be set when MDS_PRODUCTION=1 (see docs/deploy.md)")
    return value or otherwise


SECRET_KEY = _required_in_production("MDS_SECRET_KEY", "only-for-trying-the-product-" + "0" * 32)
# Bank accounts are kept encrypted under the first of these keys; the others open what older ones closed.
DATA_KEYS = _required_in_production("MDS_DATA_KEYS", SECRET_KEY).split(",")
ALLOWED_HOSTS = _required_in_production("MDS_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
# Where the site is found from outside: printed on papers and written in letters, without a slash at the end.
SITE_URL = os.environ.get(
    "MDS_SITE_URL", f"https://{ALLOWED_HOSTS[0]}" if PRODUCTION else "http://localhost:8000"
).rstrip("/")
DEBUG = False

INSTALLED_APPS = [
    "mine_de_soleil.core",
    "shareholders",
    "installations",
    "production",
    "governance",
    "mine_de_soleil.demo",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "mine_de_soleil.core.middleware.chosen_language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "shareholders.second_factor.second_factor_required",
    "mine_de_soleil.core.middleware.way_back_from_forms",
]

ROOT_URLCONF = "mine_de_soleil.urls"
WSGI_APPLICATION = "mine_de_soleil.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "mine_de_soleil" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "mine_de_soleil.navigation.navigation",
                "mine_de_soleil.demo.accounts.demo_accounts",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "mine_de_soleil.core.templatetags.page_kit",
            ],
        },
    }
]

# One database: PostgreSQL. Without DATABASE_URL the embedded server starts at the first connection.
# Tests drop their database at the end, so no connection may outlive its request there.
CONN_MAX_AGE = 0 if TESTING else 60
# Tables are made by their owner; the site runs as a role that can't change what is written once
# (core.database_roles). The launcher of the demo migrates, then starts the site as that role.
OWNERS_COMMANDS = ("demo", "makemigrations", "migrate")
AS_OWNER = TESTING or os.environ.get("MDS_AS_OWNER") == "1" or "".join(sys.argv[1:2]) in OWNERS_COMMANDS
DATABASE_URL = (AS_OWNER and os.environ.get("MDS_DATABASE_OWNER_URL")) or os.environ.get("DATABASE_URL")
DATABASES: dict[str, Any] = {
    "default": dj_database_url.parse(DATABASE_URL, conn_max_age=CONN_MAX_AGE, conn_health_checks=True)
    if DATABASE_URL
    else {
        "ENGINE": "mine_de_soleil.core.embedded_postgres",
        "NAME": "mine_de_soleil",
        "CONN_MAX_AGE": CONN_MAX_AGE,
    }
}
# Sums over months and years may be asked of a copy of the database (docs/scaling.md).
READ_DATABASE_URL = os.environ.get("MDS_READ_DATABASE_URL")
READ_DATABASE = "copy" if READ_DATABASE_URL else "default"
if READ_DATABASE_URL:
    DATABASES["copy"] = dj_database_url.parse(
        READ_DATABASE_URL, conn_max_age=CONN_MAX_AGE, conn_health_checks=True
    ) | {"TEST": {"MIRROR": "default"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_cache",
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
}

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Paris"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "mine_de_soleil" / "static", ("vendor", VAR_DIR / "vendor")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# In tests files are served from where they lie: no collectstatic, no stale manifest.
WHITENOISE_USE_FINDERS = TESTING
WHITENOISE_AUTOREFRESH = TESTING

# Accounts: an e-mail address is the name; see docs/accounts.md
AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "my_places"
LOGOUT_REDIRECT_URL = "network"
ACCOUNT_ADAPTER = "mine_de_soleil.core.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = None
# Proxies in front of the site: without it, sign-in limits would count all visitors of a proxy as one.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("MDS_PROXIES", "1" if PRODUCTION else "0"))
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Mine de Soleil"
# Browsers accept passkeys without HTTPS on localhost only; this lets the demo show them.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION

EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if os.environ.get("MDS_EMAIL_HOST")
    else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_HOST = _required_in_production("MDS_EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("MDS_EMAIL_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("MDS_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("MDS_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("MDS_EMAIL_TLS", "1") == "1"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("MDS_EMAIL_FROM", "bonjour@minedesoleil.example")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "knox.auth.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "mine_de_soleil.core.api.CursorByKey",
    "PAGE_SIZE": 100,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "mine_de_soleil.core.api.problem_document",
    # Counted in the cache, a table of the database: all machines share the count.
    "DEFAULT_THROTTLE_CLASSES": [
        "rest_framework.throttling.AnonRateThrottle",
        "rest_framework.throttling.UserRateThrottle",
    ],
    "NUM_PROXIES": ALLAUTH_TRUSTED_PROXY_COUNT,
    "DEFAULT_THROTTLE_RATES": {"anon": "120/min", "user": "1200/min"},
    "UNICODE_JSON": True,
    "COERCE_DECIMAL_TO_STRING": True,
}
REST_KNOX = {"TOKEN_TTL": timedelta(days=365), "AUTH_HEADER_PREFIX": "Token"}
SPECTACULAR_SETTINGS = {
    "TITLE": "Mine de Soleil",
    "DESCRIPTION": "Ce que la coopérative sait, pour vos propres outils. / What the cooperative knows.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "COMPONENT_SPLIT_REQUEST": True,
    # Several models have a `kind` or a `state`: each gets a name of its own in the schema.
    "ENUM_NAME_OVERRIDES": {
        "HolderKind": "shareholders.models.Shareholder.Kind",
        "MovementKind": "shareholders.models.MovementKind",
        "PaymentKind": "shareholders.models.Payment.Kind",
        "PaperKind": "shareholders.models.Paper.Kind",
        "SubscriptionState": "shareholders.models.Subscription.State",
        "ImportState": "production.models.ReadingImport.State",
    },
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("MDS_ORIGINS", "").split(",") if o]
CSRF_FAILURE_VIEW = "mine_de_soleil.views.csrf_failure"

# An upload over 1 MB goes to a temporary file; production.formats refuses more than its own limit.
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"

# Whether the worker asks Open-Meteo each night; a machine on which one tries the product asks nobody.
WEATHER_ONLINE = os.environ.get("MDS_WEATHER_ONLINE", "1" if PRODUCTION else "0") == "1"
OPEN_METEO_KEY = os.environ.get("MDS_OPEN_METEO_KEY", "")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("MDS_LOG_LEVEL", "WARNING")},
}
# W004 wants `unique=True` on the e-mail; ours is a stricter unique index on lower(email).
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
