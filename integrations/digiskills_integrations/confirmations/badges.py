"""A confirmation as a badge: what was achieved, in words, and which skills it proves. Pure."""

from __future__ import annotations

import functools

from digiskills_framework.api import Regulation, leaves, load_framework, load_regulation
from digiskills_integrations import conf
from digiskills_integrations.confirmations.payload import RecordFacts
from digiskills_integrations.credentials.badge import Achievement, Alignment, BadgeRecord

TEST_PREFIX = "TEST – "


def badge_record(facts: RecordFacts, *, issuer_did: str) -> BadgeRecord:
    """The badge of one version of a confirmation. Badges have one text for all languages, so ours says it in Vietnamese and in English."""
    case = facts.case
    return BadgeRecord(
        number=facts.number,
        version=facts.version,
        issuer_did=issuer_did,
        issuer_name=facts.issuer["name"],
        learner_public_id=case.decision.learner_public_id,
        regulation=facts.regulation.key,
        audience=case.decision.audience,
        achievement=_achievement(facts.regulation.key, case.decision.audience, case.school_level, facts.test_mark),
        valid_from=facts.valid_from,
        valid_until=facts.valid_until,
        name_commitment=facts.name_commitment,
        status=facts.status,
        test_mark=facts.test_mark,
    )


@functools.lru_cache(maxsize=256)
def _achievement(regulation_key: str, audience: str, school_level: str | None, test_mark: bool) -> Achievement:
    """The same for everybody under a regulation as an audience: who reads it learns what was asked for."""
    regulation = load_regulation(regulation_key, conf.data_directories())
    skills = _alignments(regulation, audience, school_level)
    codes = ", ".join(skill.code for skill in skills)
    level = "" if school_level is None else f":{school_level}"
    return Achievement(
        id=f"urn:digiskills:achievement:{regulation.id}:{regulation.version}:{audience}{level}",
        name=f"{TEST_PREFIX if test_mark else ''}Kỹ năng số – {regulation.label.vi} / Digital skills – {regulation.label.en}",
        description=f"{regulation.notice.vi} / {regulation.notice.en}",
        criteria=f"Đã thực hành đạt các kỹ năng bắt buộc: {codes}. / Has shown the required skills in practice: {codes}.",
        alignments=skills,
    )


def _alignments(regulation: Regulation, audience: str, school_level: str | None) -> tuple[Alignment, ...]:
    framework = load_framework(regulation.framework, conf.data_directories())
    codes = dict.fromkeys(leaf.skill for leaf in leaves(regulation.requires(audience, school_level)))
    return tuple(
        Alignment(
            code=code,
            name=f"{framework.skill(code).name.vi} / {framework.skill(code).name.en}",
            framework=framework.key,
            url=f"urn:digiskills:skill:{framework.key.replace('/', ':')}:{code}",
        )
        for code in codes
    )
