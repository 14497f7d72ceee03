"""The app, and how Open edX loads it as a plugin of LMS and Studio. Its pages live under grading's URL namespace ``digiskills``."""

from __future__ import annotations

from typing import Any, ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

_SETTINGS = {name: {"relative_path": f"settings.{name}"} for name in ("common", "production", "test")}


class DigiskillsIntegrationsConfig(AppConfig):
    name = "digiskills_integrations"
    label = "digiskills_integrations"
    verbose_name = _("Digital skills: confirmations and registries")
    default_auto_field = "django.db.models.BigAutoField"

    # Read by grading's urls module, which gathers the pages of one namespace.
    digiskills_urls = "digiskills_integrations.urls"

    plugin_app: ClassVar[dict[str, Any]] = {"settings_config": {"lms.djangoapp": _SETTINGS, "cms.djangoapp": _SETTINGS}}

    def ready(self) -> None:
        from digiskills_grading.api import register_confirmation_port, register_identity_port, register_operations_port
        from digiskills_integrations.confirmations.port import Confirmations
        from digiskills_integrations.identity.port import Identities
        from digiskills_integrations.operations.port import Operations

        register_confirmation_port(Confirmations())
        register_identity_port(Identities())
        register_operations_port(Operations())
