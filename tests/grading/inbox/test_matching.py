"""Which rows of the mapping apply to a block. No database here."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digiskills_grading.block_matching import (
    BlockRef,
    MappingRule,
    Matcher,
    Select,
    Selector,
    Target,
    declared_targets,
    glob_matches,
    without_ccx,
)

COURSE = "course-v1:Org+DS1+2026"
BLOCK = BlockRef(COURSE, "block-v1:Org+DS1+2026+type@problem+block@q1", upstream="lb:Org:bank:problem:q")
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


def rule(
    skill: str,
    select: Select = Select.ID,
    block_pattern: str = "q1",
    *,
    course: str = COURSE,
    facet: str = "",
    active_from: datetime | None = None,
    active_to: datetime | None = None,
) -> MappingRule:
    return MappingRule(
        key=0,
        selector=Selector(course_pattern=course, select=select, block_pattern=block_pattern),
        target=Target(skill=skill, facet=facet),
        active_from=active_from,
        active_to=active_to,
    )


def skills(*rules: MappingRule, block: BlockRef = BLOCK, at: datetime = NOW) -> list[str]:
    return [target.skill for target in Matcher(rules).targets(block, at)]


@pytest.mark.parametrize(
    "select, pattern, matches",
    [
        (Select.ANY, "*", True),
        (Select.TYPE, "problem", True),
        (Select.TYPE, "video", False),
        (Select.UPSTREAM, "lb:Org:bank:*", True),
        (Select.UPSTREAM, "lb:Org:other:*", False),
        (Select.ID, "q*", True),
        (Select.ID, "Q1", False),
        (Select.USAGE, BLOCK.usage_key, True),
        (Select.USAGE, "*+type@problem+*", True),
        (Select.USAGE, "block-v1:Org+DS1+2027*", False),
    ],
)
def test_a_row_names_blocks_in_one_of_five_ways(select: Select, pattern: str, matches: bool) -> None:
    assert bool(skills(rule("S3", select, pattern))) is matches


def test_a_block_without_upstream_is_matched_by_no_pattern_over_upstreams() -> None:
    assert skills(rule("S3", Select.UPSTREAM, "*"), block=BlockRef(COURSE, BLOCK.usage_key)) == []


def test_the_most_specific_row_has_the_word_alone() -> None:
    rows = [
        rule("K1", Select.ANY, "*"),
        rule("K2", Select.TYPE, "problem"),
        rule("K3", Select.UPSTREAM, "*"),
        rule("K4", Select.ID, "q*"),
        rule("K5", Select.ID, "q1", course="*"),
        rule("K6", Select.ID, "q1"),
        rule("K7", Select.USAGE, BLOCK.usage_key),
    ]
    for last in range(len(rows), 0, -1):
        assert skills(*rows[:last]) == [rows[last - 1].target.skill]


def test_rows_with_the_same_selector_apply_together() -> None:
    assert skills(rule("S3"), rule("A1", facet="recognise"), rule("A1", facet="recover"), rule("A1", facet="recover")) == ["A1", "A1", "S3"]


def test_a_row_counts_from_its_beginning_until_before_its_end() -> None:
    timed = rule("S3", active_from=NOW, active_to=NOW + timedelta(days=1))
    general = rule("K1", Select.ANY, "*")
    moments = [NOW - timedelta(seconds=1), NOW, NOW + timedelta(hours=23), NOW + timedelta(days=1)]
    assert [skills(timed, general, at=moment) for moment in moments] == [["K1"], ["S3"], ["S3"], ["K1"]]


def test_rows_contradict_each_other_only_while_both_are_in_force() -> None:
    first, second = rule("S3", active_to=NOW), rule("S3", active_from=NOW)
    assert not first.contradicts(second)
    assert not second.contradicts(first)
    assert rule("S3").contradicts(second)
    assert not rule("S3").contradicts(rule("A1"))
    assert not rule("S3").contradicts(rule("S3", Select.TYPE, "problem"))


@pytest.mark.parametrize(
    "key, master",
    [
        ("ccx-v1:Org+DS1+2026+ccx@7", COURSE),
        ("ccx-block-v1:Org+DS1+2026+ccx@7+type@problem+block@q1", BLOCK.usage_key),
        (COURSE, COURSE),
        ("Org/DS1/2012", "Org/DS1/2012"),
    ],
)
def test_a_custom_course_goes_by_the_keys_of_the_course_it_was_made_from(key: str, master: str) -> None:
    assert without_ccx(key) == master


def test_a_block_of_a_custom_course_is_matched_by_patterns_for_either() -> None:
    block = BlockRef("ccx-v1:Org+DS1+2026+ccx@7", "ccx-block-v1:Org+DS1+2026+ccx@7+type@problem+block@q1")
    assert skills(rule("S3", Select.USAGE, BLOCK.usage_key), block=block) == ["S3"]
    assert skills(rule("S3", course="ccx-v1:Org+DS1+*"), block=block) == ["S3"]
    assert skills(rule("S3", course="ccx-v1:Org+DS1+*")) == []


@pytest.mark.parametrize(
    "course, usage, in_course, own",
    [
        (COURSE, BLOCK.usage_key, True, False),
        (COURSE, "block-v1:Org+DS1+2026+type@digiskills_practice+block@pay", True, True),
        ("Org/DS1/2012", "i4x://Org/DS1/problem/q1", True, False),
        ("lib:Org:bank", "lb:Org:bank:problem:q", False, False),
        ("library-v1:Org+bank", "lib-block-v1:Org+bank+type@problem+block@q", False, False),
    ],
)
def test_keys_tell_libraries_and_own_blocks(course: str, usage: str, in_course: bool, own: bool) -> None:
    block = BlockRef(course, usage)
    assert (block.in_course, block.is_own) == (in_course, own)


def test_an_old_key_has_type_and_id_too() -> None:
    assert (BlockRef("", "i4x://Org/DS1/problem/q1").block_type, BlockRef("", "i4x://Org/DS1/problem/q1").block_id) == ("problem", "q1")


def test_what_an_author_declares() -> None:
    assert declared_targets(" S3, A1/recognise S3\n") == (Target(skill="S3"), Target(skill="A1", facet="recognise"))


words = st.text(alphabet="ab+*", max_size=12)


@pytest.mark.property
@given(pattern=words, text=st.text(alphabet="ab+", max_size=20))
def test_a_pattern_means_what_the_regular_expression_of_its_parts_means(pattern: str, text: str) -> None:
    expected = re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), text, re.DOTALL) is not None
    assert glob_matches(pattern, text) is expected


names = st.sampled_from(["*", "q*", "q1", "*1", "q2", "problem", "video", "block-v1:*", BLOCK.usage_key])
courses = st.sampled_from(["*", "course-v1:*", "course-v1:Org+*", COURSE, "course-v1:Else+*"])
moments = st.none() | st.integers(-3, 3).map(lambda days: NOW + timedelta(days=days))
rules = st.builds(
    rule,
    st.sampled_from(["S3", "A1", "K1"]),
    st.sampled_from(Select),
    names,
    course=courses,
    facet=st.sampled_from(["", "recognise"]),
    active_from=moments,
    active_to=moments,
)


@pytest.mark.property
@given(rows=st.lists(rules, max_size=8), data=st.data())
def test_the_order_of_the_rows_does_not_matter(rows: list[MappingRule], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(rows))
    assert Matcher(rows).targets(BLOCK, NOW) == Matcher(shuffled).targets(BLOCK, NOW)


@pytest.mark.property
@given(rows=st.lists(rules, max_size=8))
def test_what_applies_comes_from_rows_that_match_and_none_that_matches_is_more_specific(rows: list[MappingRule]) -> None:
    found = Matcher(rows).targets(BLOCK, NOW)
    matching = [row for row in rows if row.selector.matches(BLOCK) and row.in_force(NOW)]
    best = min((row.selector.precedence for row in matching), default=None)
    expected = {(row.target.skill, row.target.facet) for row in matching if row.selector.precedence == best}
    assert {(target.skill, target.facet) for target in found} == expected
    assert len(found) == len(expected)


@pytest.mark.property
@given(rows=st.lists(rules, min_size=1, max_size=5))
def test_a_row_that_contradicts_no_other_can_be_told_apart_at_every_moment(rows: list[MappingRule]) -> None:
    first, *others = rows
    for other in others:
        both = any(
            first.in_force(NOW + timedelta(days=day, hours=1)) and other.in_force(NOW + timedelta(days=day, hours=1))
            for day in range(-5, 5)
        )
        same = first.selector == other.selector and (first.target.skill, first.target.facet) == (other.target.skill, other.target.facet)
        if both and same:
            assert first.contradicts(other)
