"""The plugin is loaded: one that fails to load is only logged by the platform, and then silently absent."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.conf import settings
from django.urls import reverse
from xblock.core import XBlock

from tests.platform.people import Person

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.mark.parametrize("app", ["digiskills_grading", "digiskills_integrations", "digiskills_xblock.pages"])
def test_the_apps_are_installed(app: str) -> None:
    """openedx/edx-django-utils: edx_django_utils/plugins/plugin_apps.py::get_plugin_apps, called in lms/envs/common.py."""
    assert apps.is_installed(app)


def test_our_settings_reach_the_platform() -> None:
    """openedx/edx-platform: lms/envs/common.py and lms/envs/test.py call add_plugins with SettingsType.COMMON and .TEST."""
    assert settings.DIGISKILLS_GRADE_SINK == "digiskills_grading.platform.lms_grade_sink"
    assert settings.DIGISKILLS_PII_KEYS
    assert settings.DIGISKILLS_KEY_DIR


def test_the_pages_lie_under_our_namespace() -> None:
    """openedx/edx-platform: lms/urls.py extends urlpatterns with get_plugin_url_patterns(ProjectType.LMS)."""
    assert reverse("digiskills:my-skills") == "/digiskills/my-skills/"
    assert reverse("digiskills:jwks") == "/digiskills/jwks.json"


def test_the_block_is_the_class_of_our_entry_point() -> None:
    """openedx/XBlock: xblock/plugin.py::Plugin.load_class, with the platform's choice among entry points of one name."""
    assert XBlock.load_class("digiskills_practice").__module__ == "digiskills_xblock.practice"


def test_no_name_of_ours_hides_a_field_that_the_platform_gives_every_block() -> None:
    """A method called ``start`` would hide the start date from the access checks (openedx/edx-platform:
    xmodule/modulestore/inheritance.py::InheritanceMixin, lms/djangoapps/courseware/access.py); a field of ours may stand in for one."""
    ours = XBlock.load_class("digiskills_practice")
    given = {name for mixin in getattr(settings, "XBLOCK_MIXINS", ()) for name in mixin.fields} - ours.fields.keys()
    assert "start" in given
    assert [name for name in sorted(given) if hasattr(ours, name)] == []


def test_a_learner_sees_their_page(learner: Person) -> None:
    """The templates are found by the platform's engine (openedx/edx-platform: lms/envs/common.py::TEMPLATES)."""
    response = learner.client.get(reverse("digiskills:my-skills"))
    assert response.status_code == 200
