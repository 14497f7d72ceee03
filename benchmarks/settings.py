"""Django settings of the benchmarks: the workbench, both blocks, and a database of their own (see `benchmarks.databases`)."""

from __future__ import annotations

import os
import sys
from importlib import import_module

DEBUG = False
SECRET_KEY = "only-for-benchmarks"
ROOT_URLCONF = "workbench.urls"
STATIC_URL = "/static/"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "django.contrib.admin",  # the workbench's URLs name it
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "workbench",
    "statici18n",
    "digiskills_grading.apps.DigiskillsGradingConfig",
    "digiskills_integrations.apps.DigiskillsIntegrationsConfig",
]
MIDDLEWARE: list[str] = []
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
if "DIGISKILLS_TEST_MYSQL_PORT" in os.environ:  # set by tools.services
    DATABASES: dict[str, dict[str, object]] = {
        "default": {
            "ENGINE": "django.db.backends.mysql",
            "HOST": os.environ["DIGISKILLS_TEST_MYSQL_HOST"],
            "PORT": os.environ["DIGISKILLS_TEST_MYSQL_PORT"],
            "USER": os.environ["DIGISKILLS_TEST_MYSQL_USER"],
            "PASSWORD": os.environ["DIGISKILLS_TEST_MYSQL_PASSWORD"],
            "NAME": "digiskills_bench",
            "OPTIONS": {"charset": "utf8mb4", "isolation_level": "read committed"},
        }
    }
else:
    # A file, not memory: a commit then does what it does elsewhere.
    DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["DIGISKILLS_BENCH_DATABASE"]}}
LOGGING_CONFIG = None
WORKBENCH: dict[str, object] = {"reset_state_on_restart": False, "services": {}}
DIGISKILLS_REQUESTS_A_MINUTE = 0
DIGISKILLS_RUNTIME_ADAPTERS = ["benchmarks.runtime.BenchAdapter"]

for _app in ("digiskills_grading", "digiskills_integrations"):
    import_module(f"{_app}.settings.common").plugin_settings(sys.modules[__name__])
