"""The platform's libraries that the rest of the suite does without.

The lanes of the platforms have its tagging code, and must: there a test that finds none fails instead of being skipped.
"""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec

import pytest

IN_PLATFORM_LANE = os.environ.get("TOX_ENV_NAME", "").startswith("platform-")
HAS_TAGGING = find_spec("openedx_tagging") is not None

# There is no openedx-core for Python 3.11; there the lane of Teak asks openedx-learning, from which it came.
collect_ignore = [] if HAS_TAGGING or IN_PLATFORM_LANE or sys.version_info >= (3, 12) else ["test_taxonomy.py"]


@pytest.fixture
def tagging() -> None:
    """For tests that need the platform's tagging code."""
    if HAS_TAGGING:
        return
    if IN_PLATFORM_LANE:
        pytest.fail("this lane has no openedx_tagging, though its pins name openedx-core or openedx-learning")
    pytest.skip("needs openedx-core: requirements/test.txt, from Python 3.12 on")
