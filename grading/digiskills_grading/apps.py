"""The app, and how Open edX loads it as a plugin of LMS and Studio.

``plugin_app`` is read by ``edx_django_utils.plugins``; its keys are written out, so that the app also runs where that package is not
installed. Other installed apps of this product put their pages under the same URL namespace by naming their module in
``digiskills_urls`` (see `urls`).
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, ClassVar

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

_SETTINGS = {name: {"relative_path": f"settings.{name}"} for name in ("common", "production", "test")}


class DigiskillsGradingConfig(AppConfig):
    name = "digiskills_grading"
    label = "digiskills_grading"
    verbose_name = _("Digital skills: grading")
    default_auto_field = "django.db.models.BigAutoField"

    plugin_app: ClassVar[dict[str, Any]] = {
        "url_config": {
            "lms.djangoapp": {"namespace": "digiskills", "regex": r"^digiskills/", "relative_path": "urls"},
        },
        "signals_config": {
            "lms.djangoapp": {
                "relative_path": "handlers",
                "receivers": [
                    {
                        "receiver_func_name": "retire",
                        "signal_path": "openedx.core.djangoapps.user_api.accounts.signals.USER_RETIRE_LMS_MISC",
                        "dispatch_uid": "digiskills_grading.retire",
                    },
                    {
                        "receiver_func_name": "score_changed",
                        "signal_path": "lms.djangoapps.grades.signals.signals.PROBLEM_WEIGHTED_SCORE_CHANGED",
                        "dispatch_uid": "digiskills_grading.score_changed",
                    },
                ],
            },
        },
        "settings_config": {"lms.djangoapp": _SETTINGS, "cms.djangoapp": _SETTINGS},
    }

    def import_models(self) -> None:
        """Makes our events known too, before any app is ready.

        ``openedx_events`` looks the types in ``EVENT_BUS_PRODUCER_CONFIG`` up when it is ready itself, which is before us, and of its own
        accord loads only its own signals: a type of ours would stop the whole platform from starting.
        """
        super().import_models()
        import_module(f"{self.name}.signals")

    def ready(self) -> None:
        post_migrate.connect(_forget, sender=self, dispatch_uid="digiskills_grading.forget")


def _forget(**_: object) -> None:
    """Migrating, and flushing a database, may empty the tables of which this process remembers rows."""
    from digiskills_grading import dimensions, switches

    dimensions.forget()
    switches.forget()
