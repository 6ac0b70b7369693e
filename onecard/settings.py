"""Django settings. What a site may set is an ONECARD_* variable, declared in kernel/env.py and documented in docs/settings.md."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onecard.kernel import env
from onecard.kernel.database import databases
from onecard.kernel.secrets import key_file
from onecard.web.unfold import UNFOLD as UNFOLD

SECRET_KEY = key_file("django.key").hex()
DEBUG = env.boolean("ONECARD_DEBUG")
ALLOWED_HOSTS = env.text("ONECARD_HOSTS").split(",")

# Rooms from the lowest floor to the highest: SQL is installed in this order.
INSTALLED_APPS = [
    "onecard.kernel",
    "onecard.audit",
    "onecard.access",
    "onecard.policies",
    "onecard.papers",
    "onecard.workdays",
    "onecard.ledger",
    "onecard.people",
    "onecard.cards",
    "onecard.allowances",
    "onecard.feeds",
    "onecard.merchants",
    "onecard.terminals",
    "onecard.purchases",
    "onecard.funding",
    "onecard.counter",
    "onecard.leavers",
    "onecard.rollups",
    "onecard.closing",
    "onecard.months",
    "onecard.reports",
    "onecard.settlement",
    "onecard.simulation",
    "onecard.portal",
    "onecard.web.apps.WebConfig",
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "onecard.web.apps.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "onecard.access.middleware.OperatorSessions",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "onecard.urls"
WSGI_APPLICATION = "onecard.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = databases()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "access.Operator"
AUTHENTICATION_BACKENDS = ["onecard.access.backend.PostBackend"]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
FORMAT_MODULE_PATH = "onecard.web.formats"
TIME_ZONE = env.text("ONECARD_TIME_ZONE")
USE_TZ = True

STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.boolean("ONECARD_HTTPS")
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
