"""The plugin is loaded in Studio too."""

from __future__ import annotations

import pytest
from django.apps import apps
from xblock.core import XBlock


@pytest.mark.parametrize("app", ["digiskills_grading", "digiskills_integrations", "digiskills_xblock.pages"])
def test_the_apps_are_installed(app: str) -> None:
    """openedx/edx-django-utils: edx_django_utils/plugins/plugin_apps.py::get_plugin_apps, called in cms/envs/common.py."""
    assert apps.is_installed(app)


def test_the_block_is_the_class_of_our_entry_point() -> None:
    assert XBlock.load_class("digiskills_practice").__module__ == "digiskills_xblock.practice"
