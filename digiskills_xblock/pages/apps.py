"""The app, and how Open edX loads it as a plugin.

In the LMS its pages live under grading's URL namespace ``digiskills``; in Studio, which has none of grading's pages, they are a namespace
of that name by themselves.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.apps import AppConfig


class DigiskillsPagesConfig(AppConfig):
    name = "digiskills_xblock.pages"
    label = "digiskills_pages"
    verbose_name = "Digital skills: pages"

    # Read by grading's urls module, which gathers the pages of one namespace.
    digiskills_urls = "digiskills_xblock.pages.urls"

    plugin_app: ClassVar[dict[str, Any]] = {
        "url_config": {"cms.djangoapp": {"namespace": "digiskills", "regex": r"^digiskills/", "relative_path": "studio_urls"}},
    }

    def ready(self) -> None:
        from digiskills_grading.api import register_operations_port
        from digiskills_xblock.pages.operations import Operations

        register_operations_port(Operations())
