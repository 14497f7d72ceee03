"""What the platform's plugin loader makes of the pages in Studio (edx_django_utils: plugins/plugin_urls.py)."""

from __future__ import annotations

from django.apps import apps
from django.urls import include, re_path

_config = apps.get_app_config("digiskills_pages")
_studio = _config.plugin_app["url_config"]["cms.djangoapp"]

urlpatterns = [
    re_path(_studio["regex"], include((f"{_config.name}.{_studio['relative_path']}", _config.name), namespace=_studio["namespace"])),
]
