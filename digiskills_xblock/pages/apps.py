"""The app, and how Open edX loads it as a plugin. Its pages live under grading's URL namespace ``digiskills``."""

from __future__ import annotations

from typing import Any, ClassVar

from django.apps import AppConfig


class DigiskillsPagesConfig(AppConfig):
    name = "digiskills_xblock.pages"
    label = "digiskills_pages"
    verbose_name = "Digital skills: pages"

    # Read by grading's urls module, which gathers the pages of one namespace.
    digiskills_urls = "digiskills_xblock.pages.urls"

    plugin_app: ClassVar[dict[str, Any]] = {}
