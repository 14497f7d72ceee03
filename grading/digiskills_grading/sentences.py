"""Reasons of a decision as sentences, in Vietnamese and English.

Kept in code and not in a gettext catalogue: the same sentences are stored with a confirmation and told to machines, outside of any
request and its language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.utils.timezone import localtime

from digiskills_framework.api import Assurance, Framework
from digiskills_grading.scoring import ParamValue, Reason

CATALOGUE: dict[str, dict[str, str]] = {
    "vi": {
        "requirements_met": "Bạn đã đáp ứng mọi yêu cầu.",
        "no_longer_met": "Kết quả trước đây của bạn không còn đủ điều kiện.",
        "superseded": "Quy định này đã được thay bằng quy định mới; từ nay bạn được đánh giá theo quy định mới.",
        "not_assessed": "Bạn chưa làm bài tính điểm nào cho kỹ năng “{skill}”.",
        "not_assessed_facet": "Ở kỹ năng “{skill}”, bạn chưa làm bài tính điểm nào về phần “{facet}”.",
        "below_threshold": "Kỹ năng “{skill}” chưa đạt: cần ít nhất {threshold} trên 100 điểm.",
        "below_threshold_facet": "Ở kỹ năng “{skill}”, phần “{facet}” chưa đạt: cần ít nhất {threshold} trên 100 điểm.",
        "hazard": "Ở kỹ năng “{skill}”, bạn đã làm một bước gây hại và chưa khắc phục. Bạn hãy làm lại một lần nữa.",
        "hazard_facet": "Ở kỹ năng “{skill}”, phần “{facet}”, bạn đã làm một bước gây hại và chưa khắc phục. Bạn hãy làm lại một lần nữa.",
        "repeat": "Kỹ năng “{skill}” chưa đạt: trong {n} lần gần nhất cần ít nhất {m} lần được từ {threshold} trên 100 điểm.",
        "repeat_facet": (
            "Ở kỹ năng “{skill}”, phần “{facet}” chưa đạt: trong {n} lần gần nhất cần ít nhất {m} lần được từ {threshold} trên 100 điểm."
        ),
        "vetoed_until": (
            "Bạn đã có kết quả đạt ở kỹ năng “{skill}”, nhưng vì trước đó có một bước gây hại nên kết quả chỉ được tính từ {until}."
        ),
        "vetoed_until_facet": (
            "Ở kỹ năng “{skill}”, bạn đã có kết quả đạt về phần “{facet}”, nhưng vì trước đó có một bước gây hại nên kết quả chỉ được "
            "tính từ {until}."
        ),
        "expired": "Kết quả của bạn ở kỹ năng “{skill}” đã hết hạn. Bạn hãy làm lại một bài tính điểm.",
        "expired_facet": "Ở kỹ năng “{skill}”, kết quả của bạn về phần “{facet}” đã hết hạn. Bạn hãy làm lại một bài tính điểm.",
        "at_least": "Bạn cần đạt thêm {n} kỹ năng trong số: {skills}.",
        "conditions": "Bạn còn phải đáp ứng thêm {n} điều kiện, liên quan đến các kỹ năng: {skills}.",
        "weighted": "Bạn cần thêm {n} điểm từ các kỹ năng sau, mỗi kỹ năng có số điểm riêng: {skills}.",
        "evidence": "Số bài còn phải đạt ở {where}: {n}, {how}.",
    },
    "en": {
        "requirements_met": "You meet everything that is required.",
        "no_longer_met": "Your earlier result no longer meets the requirements.",
        "superseded": "Newer rules have replaced these; from now on you are assessed by the newer ones.",
        "not_assessed": "You have not done a counted task for the skill “{skill}” yet.",
        "not_assessed_facet": "In the skill “{skill}”, you have not done a counted task for the part “{facet}” yet.",
        "below_threshold": "The skill “{skill}” is not there yet: you need at least {threshold} of 100.",
        "below_threshold_facet": "In the skill “{skill}”, the part “{facet}” is not there yet: you need at least {threshold} of 100.",
        "hazard": "In the skill “{skill}”, you took a harmful step and did not put it right. Please try once more.",
        "hazard_facet": "In the skill “{skill}”, part “{facet}”, you took a harmful step and did not put it right. Please try once more.",
        "repeat": "The skill “{skill}” is not there yet: {m} of your last {n} attempts need at least {threshold} of 100.",
        "repeat_facet": (
            "In the skill “{skill}”, the part “{facet}” is not there yet: {m} of your last {n} attempts need at least {threshold} of 100."
        ),
        "vetoed_until": "You have passed in the skill “{skill}”, but since a harmful step came before, it counts only from {until}.",
        "vetoed_until_facet": (
            "In the skill “{skill}”, you have passed the part “{facet}”, but since a harmful step came before, it counts only from {until}."
        ),
        "expired": "Your result in the skill “{skill}” has expired. Please do a counted task again.",
        "expired_facet": "In the skill “{skill}”, your result in the part “{facet}” has expired. Please do a counted task again.",
        "at_least": "You still need {n} of these skills: {skills}.",
        "conditions": "You still have to meet {n} of the conditions about these skills: {skills}.",
        "weighted": "You still need {n} of the points that these skills give: {skills}.",
        "evidence": "Tasks still to pass in {where}: {n}, {how}.",
    },
}

# How a piece of evidence has to be gained.
WAYS: dict[str, dict[str, str]] = {
    "vi": {
        "self": "tự làm",
        "imported": "có kết quả từ nơi khác",
        "assisted": "có người giúp",
        "supervised": "có người giám sát",
        "observed": "có người quan sát trực tiếp",
        "practice": "là bài thực hành",
        "knowledge": "là bài kiến thức",
        "any": "làm theo cách nào cũng được",
        "or": "hoặc",
        "group": "nhóm “{name}”",
    },
    "en": {
        "self": "done alone",
        "imported": "with a result from elsewhere",
        "assisted": "with help",
        "supervised": "supervised",
        "observed": "observed in person",
        "practice": "as practice",
        "knowledge": "as a knowledge test",
        "any": "in any way",
        "or": "or",
        "group": "the group “{name}”",
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
    words: dict[str, object] = {"n": params.get("n", ""), "m": params.get("m", "")}
    template = reason.code
    if "skill" in params:
        words["skill"] = skill_name(framework, str(params["skill"]), language)
    if "facet" in params:
        template += "_facet"
        words["facet"] = facet_name(framework, str(params["skill"]), str(params["facet"]), language)
    if "threshold_milli" in params:
        words["threshold"] = points(int(str(params["threshold_milli"])), language)
    if "until" in params:
        words["until"] = f"{localtime(datetime.fromisoformat(str(params['until']))):%d/%m/%Y %H:%M}"
    skills = params.get("skills")
    if isinstance(skills, tuple):
        words["skills"] = ", ".join(f"“{skill_name(framework, code, language)}”" for code in skills)
    if "assurance" in params:
        words["where"] = _group(framework, str(params.get("named", "")), language) or words["skills"]
        words["how"] = _how(params, language)
    return CATALOGUE[language][template].format(**words)


def _how(params: Mapping[str, ParamValue], language: str) -> str:
    """In which way a piece of evidence has to be gained: "as practice, supervised or observed in person"."""
    words, ways = WAYS[language], params["assurance"]
    parts = [words[str(params["form"])]] if "form" in params else []
    if isinstance(ways, tuple) and len(ways) < len(Assurance):
        parts.append(f" {words['or']} ".join(words[way] for way in ways))
    return ", ".join(parts) or words["any"]


def _group(framework: Framework, named: str, language: str) -> str:
    """The skill group that ``group:S`` names; empty for anything else."""
    kind, _, code = named.partition(":")
    found = next((group for group in framework.groups if kind == "group" and group.code == code), None)
    return "" if found is None else WAYS[language]["group"].format(name=found.name.text(language))


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
