"""Settings of Regulars, read from the environment; `.env.example` explains every variable."""

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from loyalty_site import embedded
from loyalty_site.environment import BASE_DIR, env
from loyalty_site.settings_accounts import *  # noqa: F403

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
RELAXED = DEBUG or DEMO
SECRET_KEY = env.str("SECRET_KEY", default="") or ("only-for-this-machine" if RELAXED else "")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[]) or (["localhost", "127.0.0.1", "[::1]"] if RELAXED else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

if not SECRET_KEY:
    raise ImproperlyConfigured("Set SECRET_KEY to a long random text (or DEBUG=1 while you develop).")
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("Set ALLOWED_HOSTS to the names this site answers to, separated by commas.")

FIRST_URL = "http://localhost:8000" if RELAXED else f"https://{ALLOWED_HOSTS[0].lstrip('.*')}"
SITE_URL = env.str("SITE_URL", default="").rstrip("/") or FIRST_URL  # where links in mails lead

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "template_partials",
    "pgtrigger",
    "loyalty_site",
    "programs",
    "members",
    "rewards",
    "reports",
    "demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "loyalty_site.web.lanes.api_lane",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "loyalty_site.web.texts.no_nul",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "programs.operating.at_the_till_only",
    "members.views.held_lookups.LookupsHeldBack",
    "loyalty_site.web.headers.security_headers",
]

ROOT_URLCONF = "loyalty_site.urls"
WSGI_APPLICATION = "loyalty_site.wsgi.application"
AUTH_USER_MODEL = "loyalty_site.User"
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # the address is unique by Upper("email"), which that check cannot see
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
                "loyalty_site.web.context.shop",
            ],
        },
    },
]

# --- PostgreSQL and the Redis-compatible server --------------------------------------------------

DATABASES = {"default": env.db_url_config(env.str("DATABASE_URL", default="") or embedded.database_url())}
DATABASES["default"] |= {
    "ENGINE": "loyalty_site.database",
    "CONN_MAX_AGE": 60,
    "CONN_HEALTH_CHECKS": True,
    "DISABLE_SERVER_SIDE_CURSORS": env.bool("BEHIND_PGBOUNCER", default=False),
}
DATABASES["default"]["OPTIONS"] = DATABASES["default"].get("OPTIONS", {}) | {
    "pool": False,
    "options": "-c lock_timeout=10s -c idle_in_transaction_session_timeout=60s",
}

REDIS_URL = env.str("REDIS_URL", default="") or embedded.redis_url()
REDIS_PREFIX = env.str("REDIS_PREFIX", default="regulars")
CACHES = {
    "default": {
        "BACKEND": "loyalty_site.cache.ForgetfulCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": REDIS_PREFIX,
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    },
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

# --- Mail and messages to phones -----------------------------------------------------------------

from loyalty_site.settings_messages import *  # noqa: E402, F403

FILE_UPLOAD_HANDLERS = ["loyalty_site.web.uploads.LetGo", "django.core.files.uploadhandler.TemporaryFileUploadHandler"]

# --- Language and time: instants are UTC, a merchant's days are the merchant's ---------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("pl", _("Polish")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- Static files --------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = None if DEMO else BASE_DIR / "staticfiles"  # the demo serves them from where they lie
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "loyalty_site.web.static.PlotlyFinder",
]
WHITENOISE_USE_FINDERS = RELAXED
WHITENOISE_AUTOREFRESH = DEBUG
PLAIN_FILES = "django.contrib.staticfiles.storage.StaticFilesStorage"
NAMED_FOR_CONTENT = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": PLAIN_FILES if RELAXED else NAMED_FOR_CONTENT},
}

# --- What a browser may do -----------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "report-uri": ["/csp-report/"],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = not RELAXED
SESSION_COOKIE_SECURE = not RELAXED
CSRF_COOKIE_SECURE = not RELAXED
SECURE_HSTS_SECONDS = 0 if RELAXED else env.int("HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True

# --- Background work: the ground names the apps by string and imports none of them -----------------

JOB_KINDS = {  # in the order of a night
    "expire": "members.expiry.JOB",
    "move-tiers": "members.moving.JOB",
    "review-tiers": "members.tiering.JOB",
    "celebrate": "members.celebrating.JOB",
    "notices": "members.notices.JOB",
    "tell-of-terms": "members.announcing.JOB",
    "retain": "members.retaining.JOB",
    "fill-kpis": "reports.rollup.JOB",
    "find-duplicates": "members.merging.duplicates.JOB",
    "radar": "reports.radar.job.JOB",
    "audit-books": "members.audit.JOB",
}
JOB_KINDS_BY_DAY = {"replay": "reports.replays.job.JOB", "replay-in-turn": "reports.replays.job.IN_TURN"}
JOB_KINDS_BY_DAY |= {f"import-{step}": f"members.importing.work.{step.upper()}" for step in ("look", "record", "undo")}
JOB_KINDS_BY_DAY |= {"bulk": "members.bulk.running.JOB"}
JOB_KINDS_BY_DAY["export"] = "members.exporting.work.JOB"
NIGHT_CALENDAR = "programs.merchants.night_calendar"  # () -> (merchant_id, zone, first_day) of every merchant
SWEEPS = ["programs.request_log.sweep", "rewards.redeeming.sweep_lapsed"]  # called with `now` every half minute
SWEEPS += ["members.refunds.sweep_waiting", "members.following.sweep", "members.keeping_fields.sweep"]
SWEEPS += ["members.filing.sweep", "members.bulk.drafting.sweep", "members.bulk.running.sweep"]
SWEEPS += ["members.recovering.sweep"]
ERASERS = ["rewards.erasing.end_vouchers", "reports.radar.alerts.forget"]  # (member_ids, now=), before an erasure
PROOFS = ["rewards.proving.prove"]  # (merchant_id, first_account, last_account) -> what differs, for the audit
MERCHANT_MODEL = "programs.Merchant"
MEMBERS_OF_ACCOUNTS = "members.reading.left_out.members_of"
STAFF_GUARD = "programs.guards.staff_required"

# --- The API of shops' own systems ----------------------------------------------------------------

API_ROUTERS = ["members.api.router", "rewards.api.router"]
API_LOG = "programs.request_log.note"
EXPORTS_PER_HOUR = env.int("EXPORTS_PER_HOUR", default=12)  # files that one shop may ask for; 0: no limit
LOOKUPS_PER_HOUR = env.int("LOOKUPS_PER_HOUR", default=1_000)  # of members, by one person at one shop; 0: no limit
API_REQUESTS_PER_MINUTE = env.int("API_REQUESTS_PER_MINUTE", default=6_000)  # of one key; 0: as many as it likes
API_LOG_DAYS = env.int("API_LOG_DAYS", default=7)
API_LOG_SECONDS = 1.0  # how long a process keeps its lines of the request log; 0: each is written at once

# --- What is written down ------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "loyalty_site.logs.Line",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        },
    },
    "filters": {"secrets": {"()": "loyalty_site.logs.PathsWithoutSecrets"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["secrets"]}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="") or ("WARNING" if DEMO else "INFO")},
}
