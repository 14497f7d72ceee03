"""The fields that blocks of every kind are given."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from lxml import etree
from xblock.core import XBlock, XBlockMixin
from xblock.field_data import DictFieldData
from xblock.fields import Scope, ScopeIds, String
from xblock.runtime import Mixologist

from digiskills_grading.block_fields import SkillsMixin, UpstreamMixin, with_our_mixins
from digiskills_grading.settings import common


class Quiz(XBlock):  # type: ignore[misc]  # XBlock ships no types
    """A block of somebody else's."""

    title = String(default="", scope=Scope.settings)


class StudiosOwn(XBlockMixin):  # type: ignore[misc]  # XBlock ships no types
    upstream = String(scope=Scope.settings)


def test_every_block_of_lms_and_studio_gets_the_field_once() -> None:
    settings = SimpleNamespace(XBLOCK_MIXINS=(StudiosOwn,))
    for _ in range(2):
        common.plugin_settings(settings)
    assert (StudiosOwn, SkillsMixin) == settings.XBLOCK_MIXINS
    assert with_our_mixins(()) == (SkillsMixin, UpstreamMixin)


def test_settings_without_blocks_stay_without() -> None:
    settings = SimpleNamespace()
    common.plugin_settings(settings)
    assert not hasattr(settings, "XBLOCK_MIXINS")


@pytest.mark.parametrize("value, attributes", [("S3 A1/recognise", {"digiskills_skills": "S3 A1/recognise"}), (None, {})])
def test_a_pure_xblock_writes_the_field_into_its_olx_when_it_is_set(value: str | None, attributes: dict[str, str]) -> None:
    mixed: Any = Mixologist(with_our_mixins(())).mix(Quiz)
    given = {} if value is None else {"digiskills_skills": value}
    services = {"field-data": DictFieldData(given)}
    runtime = SimpleNamespace(service=lambda _, name: services.get(name))
    block = mixed(runtime, scope_ids=ScopeIds(None, "quiz", "definition", "usage"))
    node = etree.Element("quiz")
    block.add_xml_to_node(node)
    assert {name: node.get(name) for name in node.attrib if name != "xblock-family"} == attributes
