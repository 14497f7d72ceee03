"""What collectstatic takes from our XBlock package, asked of the platform's own finder."""

from __future__ import annotations

import pytest

from digiskills_xblock.browser_files import FILES, SKINS

PREFIX = "xblock/resources/digiskills_xblock"
ALLOWED = ("public/", "templates/", "conf/locale/")
PLAYER_FILES = {"public/player.js", "public/player.css", "public/pictures.js", *FILES.values(), *SKINS.values()}


@pytest.fixture
def published() -> set[str]:
    """openedx/edx-platform: openedx/core/lib/xblock_pipeline/finder.py::XBlockPipelineFinder.list, with the prefix that
    collectstatic puts before each path."""
    from openedx.core.lib.xblock_pipeline.finder import XBlockPipelineFinder

    return {path for path, storage in XBlockPipelineFinder().list([]) if storage.prefix == PREFIX}


def test_only_the_allow_list_is_published(published: set[str]) -> None:
    assert [path for path in published if not path.startswith(ALLOWED)] == []


def test_the_player_is_published(published: set[str]) -> None:
    assert published >= PLAYER_FILES


def test_the_page_asks_where_the_files_are() -> None:
    """openedx/edx-platform: openedx/core/lib/xblock_utils/__init__.py::xblock_resource_pkg"""
    from openedx.core.lib.xblock_utils import xblock_resource_pkg
    from xblock.core import XBlock

    assert xblock_resource_pkg(XBlock.load_class("digiskills_practice")) == "digiskills_xblock"
