"""Settings of the test suite: the same site on the same servers, with cheap passwords."""

import os

os.environ["DEBUG"] = "0"
os.environ["DEMO"] = "0"
os.environ["SECOND_FACTOR"] = "offered"  # tests of the required one say so
os.environ["SECRET_KEY"] = "a-key-that-only-the-tests-know-and-that-is-long-enough"  # noqa: S105
os.environ["ALLOWED_HOSTS"] = "testserver,localhost,127.0.0.1"
# Always anew: the processes of xdist inherit what their controller set, and each needs a queue of its own.
os.environ["REDIS_PREFIX"] = f"test-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"

from loyalty_site.settings import *  # noqa: F403

# A test that empties the cache empties its whole database: each process has one of its own, of the sixteen there are.
worker = os.environ.get("PYTEST_XDIST_WORKER", "gw-1").removeprefix("gw")
CACHES["default"]["OPTIONS"] |= {"db": (int(worker) + 1) % 15 + 1}  # noqa: F405

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
SMS_URL = "demo:"
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 0
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False
ACCOUNT_RATE_LIMITS = False
API_LOG_SECONDS = 0

# Tests that commit are cleaned up with TRUNCATE, which the ledger's tables refuse to everybody else.
DATABASES["default"]["OPTIONS"]["options"] += " -c regulars.may_truncate=yes"  # noqa: F405
