"""How letters and messages leave the site; `settings` takes it in."""

from loyalty_site.environment import env

DEMO = env.bool("DEMO", default=False)

DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Regulars <regulars@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
globals().update(env.email_url("EMAIL_URL", default="consolemail://"))
EMAIL_TIMEOUT = 20  # seconds; below what the database allows a transaction to be idle
if DEMO:
    EMAIL_BACKEND = "loyalty_site.mail.DemoBackend"

SMS_URL = env.str("SMS_URL", default="") or ("demo:" if DEMO else "")  # where messages to phones are posted
SMS_TOKEN = env.str("SMS_TOKEN", default="")
