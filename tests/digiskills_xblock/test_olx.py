"""A block leaves as OLX and comes back the same; what belongs to a learner stays."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.digiskills_xblock.conftest import PageMaker
from tests.digiskills_xblock.support import RecordingRuntime

pytestmark = pytest.mark.django_db
FIELDS = (
    "display_name",
    "task_id",
    "task_version",
    "regulation",
    "audience",
    "school_level",
    "runs",
    "weight",
    "max_attempts",
    "show_correctness",
    "due",
)
_scenarios = count()

# What XML can hold: no control characters, no lone surrogates; attributes turn line breaks into spaces, so none of these either.
words = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"), max_size=30)
settings_of_a_block = st.fixed_dictionaries(
    {},
    optional={
        "display_name": words,
        "task_id": st.sampled_from(["S3-01", "A1-03"]),
        "task_version": st.integers(0, 99),
        "regulation": st.sampled_from(["demo-s3-a1/1", "vn-default/1"]),
        "audience": words,
        "school_level": words,
        "runs": st.sampled_from(["both", "guided", "counted"]),
        "weight": st.floats(0, 1000, allow_nan=False),
        "max_attempts": st.none() | st.integers(1, 99),
        "show_correctness": st.sampled_from(["always", "never", "past_due"]),
        "due": st.none() | st.datetimes(timezones=st.timezones()).filter(lambda moment: moment.year > 1900),
    },
)


def parse(olx: str) -> tuple[RecordingRuntime, str]:
    runtime = RecordingRuntime(1)
    runtime.id_generator.set_scenario(f"olx{next(_scenarios)}")
    return runtime, str(runtime.parse_xml_string(olx))


def export(runtime: RecordingRuntime, usage_id: str) -> str:
    node = etree.Element("unknown")
    runtime.get_block(usage_id).add_xml_to_node(node)
    return etree.tostring(node, encoding="unicode")


@pytest.mark.property
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=settings_of_a_block)
def test_a_round_trip_keeps_every_setting(db: None, wanted: dict[str, object]) -> None:
    runtime, usage_id = parse("<digiskills_practice/>")
    block = runtime.get_block(usage_id)
    for name, value in wanted.items():
        setattr(block, name, value)
    block.save()
    olx = export(runtime, usage_id)
    back = RecordingRuntime(1).get_block(parse(olx)[1])
    assert {name: getattr(back, name) for name in FIELDS} == {name: getattr(runtime.get_block(usage_id), name) for name in FIELDS}
    assert export(RecordingRuntime(1), str(back.scope_ids.usage_id)) == olx


def test_an_export_names_the_family_and_only_what_was_set(page: PageMaker) -> None:
    tab = page("S3-01", weight="2")
    node = etree.fromstring(export(tab.runtime, tab.usage_id))
    assert node.tag == "digiskills_practice"
    assert dict(node.attrib) == {"xblock-family": "xblock.v1", "task_id": "S3-01", "regulation": "demo-s3-a1/1", "weight": "2.0"}


def test_what_belongs_to_a_learner_is_not_exported(page: PageMaker) -> None:
    tab = page()
    tab.play()
    assert tab.block.current_attempt
    olx = export(tab.runtime, tab.usage_id)
    assert tab.block.current_attempt not in olx
    assert "last_score_milli" not in olx


def test_nothing_else_is_in_a_block_of_a_course(usage: Callable[..., str]) -> None:
    block = RecordingRuntime(1).get_block(usage("S3-01", display_name="Ở chợ"))
    assert block.display_name == "Ở chợ"
    assert not block.has_children
