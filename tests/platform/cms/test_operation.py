"""The doctor in Studio, which loads its plugins itself."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.utils import timezone

from digiskills_grading import doctor

pytestmark = pytest.mark.django_db(databases="__all__")


def test_the_doctor_finds_us_loaded_in_studio() -> None:
    found = {finding.check: finding for finding in doctor.examine(now=timezone.now())}
    assert found["apps"].what == "loaded in Studio: digiskills_grading, digiskills_integrations, digiskills_xblock.pages"
    assert [check for check, finding in found.items() if finding.level == "fail" and check != "static"] == []


def test_studio_starts_no_tasks_of_ours() -> None:
    """openedx/edx-platform: cms/envs/common.py has no CELERYBEAT_SCHEDULE."""
    assert not [name for name in getattr(settings, "CELERYBEAT_SCHEDULE", {}) if name.startswith("digiskills")]
