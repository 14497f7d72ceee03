"""Why something is recommended, as sentences in Vietnamese and English.

Kept in code beside `sentences`, for the same reason: they are also told to machines, outside of any request and its language.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.timezone import localtime

from digiskills_framework.api import Framework
from digiskills_grading.scoring.placement import Recommendation
from digiskills_grading.scoring.types import Reason
from digiskills_grading.sentences import skill_name

CATALOGUE: dict[str, dict[str, str]] = {
    "vi": {
        "renew": "Kết quả của kỹ năng “{skill}” sẽ hết hạn vào ngày {on}. Làm lại một bài là giữ được.",
        "kind_asked_for": "Quy định cần một kết quả ở kỹ năng “{skill}” được làm theo cách này: {assurance}.",
        "after_hazard": "Lần trước ở kỹ năng “{skill}” có một bước gây hại. Làm lại một lần, bạn sẽ nhận ra nó.",
        "tried": "Bạn đã làm kỹ năng “{skill}” rồi. Làm thêm một lần nữa là có thể đạt.",
        "not_tried": "Bạn chưa làm bài nào của kỹ năng “{skill}”.",
        "part_not_tried": "Bạn đã làm một phần của kỹ năng “{skill}”. Đây là phần bạn chưa làm.",
        "said_not_yet": "Bạn cho biết mình chưa quen với nhóm của kỹ năng “{skill}”, nên bài này đến sau những bài dễ hơn với bạn.",
        "said_a_little": "Bạn cho biết mình đã biết đôi chút về nhóm của kỹ năng “{skill}”.",
        "said_well": "Bạn cho biết mình đã làm tốt ở nhóm của kỹ năng “{skill}”. Một lần làm là bạn chứng tỏ được.",
        "several_at_once": "Một bài này tính cho {n} phần cùng lúc.",
        "guided_first": "Bạn nên bắt đầu bằng lượt có hướng dẫn: từng bước được chỉ rõ và không tính điểm.",
        "in_this_way": "Kết quả này cần được làm theo cách: {assurance}.",
        "builds_on": "Sẽ dễ hơn nếu bạn làm trước: {skills}.",
        "rests": "Bạn vừa làm kỹ năng này. Nghỉ một chút rồi làm lại sẽ nhớ lâu hơn.",
    },
    "en": {
        "renew": "Your result in the skill “{skill}” ends on {on}. Doing one task again keeps it.",
        "kind_asked_for": "The rules ask for a result in the skill “{skill}” that is gained in this way: {assurance}.",
        "after_hazard": "Last time there was a harmful step in the skill “{skill}”. Do it once more, and you will notice it.",
        "tried": "You have tried the skill “{skill}” before. Once more may be enough.",
        "not_tried": "You have not done a task for the skill “{skill}” yet.",
        "part_not_tried": "You have done one part of the skill “{skill}”. This is a part that you have not done yet.",
        "said_not_yet": "You told us that the group of the skill “{skill}” is new to you, so this comes after what is easier for you.",
        "said_a_little": "You told us that you know a little of the group of the skill “{skill}”.",
        "said_well": "You told us that you do well in the group of the skill “{skill}”. One run is enough to show it.",
        "several_at_once": "This one task counts for {n} parts at once.",
        "guided_first": "Begin with a guided run: every step is shown, and nothing is counted.",
        "in_this_way": "This result must be gained in this way: {assurance}.",
        "builds_on": "It is easier if you first do: {skills}.",
        "rests": "You have just done this skill. After a little rest you will remember it longer.",
    },
}
ASSURANCES: dict[str, dict[str, str]] = {
    "vi": {
        "self": "tự làm",
        "imported": "kết quả từ nơi khác",
        "assisted": "có người giúp",
        "supervised": "có người giám sát",
        "observed": "có người quan sát và ghi nhận",
    },
    "en": {
        "self": "on your own",
        "imported": "brought from elsewhere",
        "assisted": "with help",
        "supervised": "with a supervisor present",
        "observed": "seen and recorded by an assessor",
    },
}


def advice(recommendation: Recommendation, framework: Framework, language: str) -> tuple[str, ...]:
    """One sentence for each reason of a recommendation, in its order.

    Args:
        framework: names the skills.
        language: ``vi`` or ``en`` (also ``en-GB``); any other gives Vietnamese.
    """
    chosen = _known(language)
    return tuple(_sentence(reason, framework, chosen) for reason in recommendation.reasons)


def assurance_name(code: str, language: str) -> str:
    """How a result was gained, in words; language as for `advice`."""
    return ASSURANCES[_known(language)][code]


def _sentence(reason: Reason, framework: Framework, language: str) -> str:
    words: dict[str, object] = {}
    for name, value in reason.params.items():
        if name == "skill":
            words[name] = skill_name(framework, str(value), language)
        elif name == "skills" and isinstance(value, tuple):
            words[name] = ", ".join(f"“{skill_name(framework, code, language)}”" for code in value)
        elif name == "assurance" and isinstance(value, tuple):
            words[name] = {"vi": " hoặc ", "en": " or "}[language].join(assurance_name(code, language) for code in value)
        elif name == "on":
            words[name] = f"{localtime(datetime.fromisoformat(str(value))):%d/%m/%Y}"
        else:
            words[name] = value
    return CATALOGUE[language][reason.code].format(**words)


def _known(language: str) -> str:
    return "en" if language.partition("-")[0] == "en" else "vi"
