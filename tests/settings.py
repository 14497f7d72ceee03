"""Django settings of the test suite: SQLite, or MariaDB when tools/services.py runs it.

The settings that our apps give to the platform come from the apps themselves, the way the platform's plugin loader takes them.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = False
SECRET_KEY = "only-for-tests"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "tests.urls"
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("vi", "Tiếng Việt")]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STATIC_URL = "/static/"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.sites",
    "django.contrib.staticfiles",
    "workbench",
    "digiskills_grading.apps.DigiskillsGradingConfig",
    "digiskills_integrations.apps.DigiskillsIntegrationsConfig",
    "digiskills_xblock.pages.apps.DigiskillsPagesConfig",
]
SITE_ID = 1

MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]

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
    }
]

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
DIGISKILLS_REQUESTS_A_MINUTE = 0  # no limit: tests send in a second what people send in a day
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Tokens as an LMS signs and checks them (lms/envs: JWT_AUTH), with a secret of the tests.
JWT_AUTH: dict[str, Any] = {
    "JWT_ALGORITHM": "HS256",
    "JWT_AUDIENCE": "digiskills-tests",
    "JWT_AUTH_HEADER_PREFIX": "JWT",
    "JWT_DECODE_HANDLER": "edx_rest_framework_extensions.auth.jwt.decoder.jwt_decode_handler",
    "JWT_ISSUER": "https://lms.example/oauth2",
    "JWT_SECRET_KEY": "only-for-tests-and-long-enough-for-hs256",
    "JWT_SUPPORTED_VERSION": "1.2.0",
    "JWT_VERIFY_AUDIENCE": False,
    "JWT_ISSUERS": [
        {
            "ISSUER": "https://lms.example/oauth2",
            "AUDIENCE": "digiskills-tests",
            "SECRET_KEY": "only-for-tests-and-long-enough-for-hs256",
        }
    ],
}
# As in the LMS: a token changes nothing of an account.
EDX_DRF_EXTENSIONS: dict[str, Any] = {"JWT_PAYLOAD_USER_ATTRIBUTE_MAPPING": {}}

# There are no courses here, and so no teams.
DIGISKILLS_COURSE_TEAM = "digiskills_grading.course_teams.nobody"

# The workbench brings its own services; none is added.
WORKBENCH: dict[str, Any] = {"services": {}}


def _databases() -> dict[str, Any]:
    """SQLite in memory; MariaDB when DIGISKILLS_TEST_MYSQL_PORT is set.

    A child process that a services test starts joins the test database by DIGISKILLS_TEST_MYSQL_NAME.
    """
    port = os.environ.get("DIGISKILLS_TEST_MYSQL_PORT")
    if port is None:
        return {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
    return {
        "default": {
            "ENGINE": "django.db.backends.mysql",
            "HOST": os.environ["DIGISKILLS_TEST_MYSQL_HOST"],
            "PORT": port,
            "USER": os.environ["DIGISKILLS_TEST_MYSQL_USER"],
            "PASSWORD": os.environ["DIGISKILLS_TEST_MYSQL_PASSWORD"],
            "NAME": os.environ.get("DIGISKILLS_TEST_MYSQL_NAME", "digiskills"),
            "OPTIONS": {"charset": "utf8mb4", "isolation_level": "read committed"},
            "TEST": {"NAME": "test_digiskills", "CHARSET": "utf8mb4", "COLLATION": "utf8mb4_unicode_ci"},
        }
    }


# No LMS here that knows of courses.
DIGISKILLS_COURSE_LINKS = "digiskills_grading.course_links.no_course_links"

DATABASES = _databases()


def _apply_plugin_settings() -> None:
    """Runs `plugin_settings(settings)` of both apps' common and test modules, as the platform's plugin loader does."""
    for app in ("digiskills_grading", "digiskills_integrations"):
        import_module(f"{app}.settings.common").plugin_settings(sys.modules[__name__])
        import_module(f"{app}.settings.test").plugin_settings(sys.modules[__name__])


_apply_plugin_settings()
