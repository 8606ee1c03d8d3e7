"""Settings of a process that mails for real: the test's own database, and the server that EMAIL_URL names."""

from loyalty_site.settings_test import *  # noqa: F403

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
