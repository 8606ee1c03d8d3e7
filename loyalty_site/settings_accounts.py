"""How people prove who they are: passwords, codes by mail, second factors. A part of the settings."""

from django.core.exceptions import ImproperlyConfigured

from loyalty_site.environment import env

DEMO = env.bool("DEMO", default=False)
RELAXED = DEMO or env.bool("DEBUG", default=False)

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "landing"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION = "none"  # a code proves an address; a password proves nothing about it
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS, ACCOUNT_EMAIL_SUBJECT_PREFIX = False, ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_ADAPTER = "loyalty_site.accounts.Adapter"
ACCOUNT_FORMS = {
    "login": "loyalty_site.accounts.SignInForm",
    "request_login_code": "loyalty_site.accounts.RequestCodeForm",
    "reset_password": "loyalty_site.accounts.ForgottenForm",
}
SIGN_UP = env.str("SIGN_UP", default="") or ("open" if DEMO else "first")  # who may open a shop: open, first, closed
SIGN_UP_RULES = "programs.sign_up"
KNOW_CUSTOMER = "members.signing_in.know_customer"
CONNECT_CARDS = "members.signing_in.connect_cards"
LANDINGS = ["programs.merchants.landing_of", "members.signing_in.landing_of"]
if env.bool("BEHIND_PROXY", default=False):  # one proxy of ours, which sets both headers itself
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1

# --- The second factor: an app's code or a passkey, for whoever may change a program ---------------

SECOND_FACTOR = env.str("SECOND_FACTOR", default="") or ("offered" if RELAXED else "required")
if SECOND_FACTOR not in {"required", "offered"}:
    raise ImproperlyConfigured("SECOND_FACTOR is `required` or `offered`.")
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "preferred"
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute off
MFA_TOTP_ISSUER = "Regulars"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # without mail no address can be verified
MFA_ADAPTER = "loyalty_site.second_factor.Adapter"
MFA_FORMS = {
    "authenticate": "loyalty_site.second_factor_forms.CodeForm",
    "reauthenticate": "loyalty_site.second_factor_forms.ConfirmForm",
    "activate_totp": "loyalty_site.second_factor_forms.AppForm",
    "add_webauthn": "loyalty_site.second_factor_forms.PasskeyForm",
}
