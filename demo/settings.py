"""Settings of the demo: SQLite with one writing process, on this machine only. Never a model for production."""

from __future__ import annotations

import sys
from importlib import import_module

from demo.local_secrets import Secrets
from demo.places import VAR

VAR.mkdir(parents=True, exist_ok=True)

_secrets = Secrets.of(VAR / "secrets.json")

DEBUG = False
SECRET_KEY = _secrets.django
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]
ROOT_URLCONF = "demo.urls"
STATIC_URL = "/static/"
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_I18N = True
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGIN_URL = "/"

INSTALLED_APPS = [
    "demo.apps.DemoConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "workbench",
    "digiskills_grading.apps.DigiskillsGradingConfig",
    "digiskills_integrations.apps.DigiskillsIntegrationsConfig",
    "digiskills_xblock.pages.apps.DigiskillsPagesConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
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

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": VAR / "demo.sqlite3",
        # Requests wait for one another's transactions instead of failing.
        "OPTIONS": {"timeout": 30},
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"file": {"class": "logging.FileHandler", "filename": VAR / "demo.log", "encoding": "utf-8"}},
    "root": {"handlers": ["file"], "level": "INFO"},
    # Django's own configuration mails 500s and prints requests; here everything goes to the file.
    "loggers": {
        "django": {"handlers": ["file"], "level": "WARNING", "propagate": False},
        "workbench": {"level": "WARNING"},
        "xblock": {"level": "ERROR"},
    },
}

WORKBENCH = {"reset_state_on_restart": False, "services": {}}

DIGISKILLS_RUNTIME_ADAPTERS = ["demo.runtime.DemoAdapter"]
DIGISKILLS_REQUESTS_A_MINUTE = 600  # the journey plays faster than people do
DIGISKILLS_COURSE_LINKS = "demo.runtime.DemoCourseLinks"
DIGISKILLS_COURSE_TEAM = "demo.runtime.is_course_team"
DIGISKILLS_COURSE_BUILDERS = "demo.course_builders.may_build"
DIGISKILLS_GRADE_SINK = "demo.runtime.DemoGradeSink"
DIGISKILLS_KEY_DIR = VAR / "keys"
DIGISKILLS_PII_KEYS = [_secrets.pii]
DIGISKILLS_SKILLS_FIELD_COURSES = ["course-v1:DemoX+DIGI+2026"]
DIGISKILLS_SCORE_SOURCE = "demo.scores.DemoScoreSource"
DIGISKILLS_DESTINATION_SECRETS = {"sandbox": _secrets.webhook}

for _app in ("digiskills_grading", "digiskills_integrations"):
    import_module(f"{_app}.settings.common").plugin_settings(sys.modules[__name__])
