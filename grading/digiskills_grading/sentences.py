"""Reasons of a decision as sentences, in Vietnamese and English.

Kept in code and not in a gettext catalogue: the same sentences are stored with a confirmation and told to machines, outside of any
request and its language.
"""

from __future__ import annotations

from collections.abc import Iterable

from digiskills_framework.api import Framework
from digiskills_grading.scoring import Reason

CATALOGUE: dict[str, dict[str, str]] = {
    "vi": {
        "requirements_met": "Bạn đã đạt tất cả các kỹ năng được yêu cầu.",
        "no_longer_met": "Kết quả trước đây của bạn không còn đủ điều kiện.",
        "not_assessed": "Bạn chưa làm bài tính điểm nào cho kỹ năng “{skill}”.",
        "not_assessed_facet": "Ở kỹ năng “{skill}”, bạn chưa làm bài tính điểm nào về phần “{facet}”.",
        "below_threshold": "Kỹ năng “{skill}” chưa đạt: cần ít nhất {threshold} trên 100 điểm.",
        "below_threshold_facet": "Ở kỹ năng “{skill}”, phần “{facet}” chưa đạt: cần ít nhất {threshold} trên 100 điểm.",
        "hazard": "Ở kỹ năng “{skill}”, bạn đã làm một bước gây hại và chưa khắc phục. Bạn hãy làm lại một lần nữa.",
        "hazard_facet": "Ở kỹ năng “{skill}”, phần “{facet}”, bạn đã làm một bước gây hại và chưa khắc phục. Bạn hãy làm lại một lần nữa.",
        "at_least": "Bạn cần đạt thêm {n} kỹ năng trong số: {skills}.",
    },
    "en": {
        "requirements_met": "You have mastered every skill that is required.",
        "no_longer_met": "Your earlier result no longer meets the requirements.",
        "not_assessed": "You have not done a counted task for the skill “{skill}” yet.",
        "not_assessed_facet": "In the skill “{skill}”, you have not done a counted task for the part “{facet}” yet.",
        "below_threshold": "The skill “{skill}” is not there yet: you need at least {threshold} of 100.",
        "below_threshold_facet": "In the skill “{skill}”, the part “{facet}” is not there yet: you need at least {threshold} of 100.",
        "hazard": "In the skill “{skill}”, you took a harmful step and did not put it right. Please try once more.",
        "hazard_facet": "In the skill “{skill}”, part “{facet}”, you took a harmful step and did not put it right. Please try once more.",
        "at_least": "You still need {n} of these skills: {skills}.",
    },
}


def sentences(reasons: Iterable[Reason], framework: Framework, language: str) -> tuple[str, ...]:
    """One sentence for each reason, in its order.

    Args:
        framework: names the skills and facets.
        language: ``vi`` or ``en`` (also ``en-GB``); any other gives Vietnamese.
    """
    return tuple(_sentence(reason, framework, "en" if language.partition("-")[0] == "en" else "vi") for reason in reasons)


def _sentence(reason: Reason, framework: Framework, language: str) -> str:
    params = reason.params
    words: dict[str, object] = {"n": params.get("n", "")}
    template = reason.code
    if "skill" in params:
        words["skill"] = skill_name(framework, str(params["skill"]), language)
    if "facet" in params:
        template += "_facet"
        words["facet"] = facet_name(framework, str(params["skill"]), str(params["facet"]), language)
    if "threshold_milli" in params:
        words["threshold"] = points(int(str(params["threshold_milli"])), language)
    skills = params.get("skills")
    if isinstance(skills, tuple):
        words["skills"] = ", ".join(f"“{skill_name(framework, code, language)}”" for code in skills)
    return CATALOGUE[language][template].format(**words)


def skill_name(framework: Framework, code: str, language: str) -> str:
    """The skill's name, or its code where the framework does not have it (any more)."""
    found = next((skill for skill in framework.skills if skill.code == code), None)
    return code if found is None else found.name.text(language)


def facet_name(framework: Framework, skill: str, code: str, language: str) -> str:
    """The facet's name, or its code where the framework does not have it (any more)."""
    facets = (facet for found in framework.skills if found.code == skill for facet in found.facets)
    found = next((facet for facet in facets if facet.code == code), None)
    return code if found is None else found.name.text(language)


def points(milli: int, language: str) -> str:
    """Thousandths as points of 100, with the language's decimal sign: 700 is ``70``, 725 is ``72,5`` in Vietnamese."""
    text = f"{milli / 10:.1f}".removesuffix(".0")
    return text if language == "en" else text.replace(".", ",")
