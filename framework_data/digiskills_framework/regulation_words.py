"""Regulations in plain words, Vietnamese and English: who is meant, what is required, what a rule says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from digiskills_framework.regulation_rules import CountedAttempts, Role, RuleValue
from digiskills_framework.requirement_tree import (
    AllOf,
    AnyOf,
    Assurance,
    AtLeast,
    EvidenceRequired,
    RequirementTree,
    SkillRequired,
    Weighted,
)
from digiskills_framework.types import Audience, Framework, Language, LocalizedText, Skill

_AUDIENCES: Mapping[str, LocalizedText] = {
    Audience.CITIZEN: LocalizedText("người dân", "citizens"),
    Audience.STUDENT: LocalizedText("học sinh, sinh viên", "students"),
    Audience.PUBLIC_SECTOR: LocalizedText("cán bộ, công chức, viên chức", "public employees"),
    Audience.ENTERPRISE_WORKER: LocalizedText("người lao động trong doanh nghiệp", "workers in enterprises"),
}
_RULES: Mapping[str, LocalizedText] = {
    "mastery_threshold_milli": LocalizedText("ngưỡng đạt", "the mastery threshold"),
    "counted_attempts": LocalizedText("cách tính các lần làm", "the choice of the attempts that count"),
    "counted_m": LocalizedText("số lần phải đạt", "the number of attempts that must reach the threshold"),
    "counted_n": LocalizedText("số lần gần nhất được xét", "the number of latest attempts looked at"),
    "min_assurance": LocalizedText("mức bảo đảm tối thiểu của minh chứng", "the lowest assurance of evidence"),
    "accepted_assurance": LocalizedText("các mức bảo đảm được chấp nhận", "the list of accepted assurances"),
    "hazard_blocks_mastery": LocalizedText(
        "quy tắc chưa tính là đạt khi hành vi gây hại chưa được khắc phục", "the rule that an unrecovered hazard blocks mastery"
    ),
    "hazard_veto_days": LocalizedText("thời gian chưa được tính đạt sau hành vi gây hại", "the time without mastery after a hazard"),
    "raise_only": LocalizedText("quy tắc kết quả chỉ tăng, không giảm", "the rule that mastery is only gained, never lost"),
    "retest_delay_days": LocalizedText("thời gian chờ giữa hai lần làm có tính điểm", "the wait between two counted attempts"),
    "validity_days": LocalizedText("thời hạn của kết quả đạt", "the validity of mastery"),
    "renewal_notice_days": LocalizedText("thời gian báo trước khi hết hạn", "the notice before mastery expires"),
    "settling_seconds": LocalizedText("thời gian chờ trước khi cấp xác nhận", "the wait before a confirmation is issued"),
    "trace_retention_days": LocalizedText("thời gian lưu vết thao tác", "the time for which traces are kept"),
    "observers": LocalizedText("danh sách người được ghi nhận quan sát", "the list of those who may record observations"),
    "exempters": LocalizedText("danh sách người được quyền miễn kỹ năng", "the list of those who may exempt from a skill"),
}
_NAMES: Mapping[str, LocalizedText] = {
    Assurance.SELF: LocalizedText("tự làm", "self"),
    Assurance.IMPORTED: LocalizedText("nhập từ nơi khác", "imported"),
    Assurance.ASSISTED: LocalizedText("có người hỗ trợ", "assisted"),
    Assurance.SUPERVISED: LocalizedText("có giám sát", "supervised"),
    Assurance.OBSERVED: LocalizedText("được quan sát trực tiếp", "observed"),
    CountedAttempts.BEST: LocalizedText("lần làm tốt nhất", "the best attempt"),
    CountedAttempts.LATEST: LocalizedText("lần làm gần nhất", "the latest attempt"),
    CountedAttempts.M_OF_N: LocalizedText("một số lần đạt trong các lần gần nhất", "several of the latest attempts"),
    Role.COURSE_TEAM: LocalizedText("nhóm giảng dạy của khóa học", "the course team"),
    Role.ASSESSOR: LocalizedText("người đánh giá", "assessors"),
    Role.TEACHER: LocalizedText("giáo viên của lớp", "the class's teachers"),
    Role.OFFICIAL: LocalizedText("cán bộ phụ trách địa bàn", "officials of the administrative unit"),
}
_UNITS: Mapping[str, LocalizedText] = {"days": LocalizedText("ngày", "days"), "seconds": LocalizedText("giây", "seconds")}
_YES, _NO = LocalizedText("có", "yes"), LocalizedText("không", "no")
_ENDLESS, _NOBODY = LocalizedText("không thời hạn", "without end"), LocalizedText("không ai", "nobody")


def audience_words(audience: str, level: str | None = None) -> LocalizedText:
    """``students at level CB1``"""
    name = _AUDIENCES[audience]
    return name if level is None else LocalizedText(f"{name.vi} bậc {level}", f"{name.en} at level {level}")


def rule_words(name: str) -> LocalizedText:
    """What the rule is about, as the subject of a sentence: ``the mastery threshold``."""
    return _RULES[name]


def value_words(name: str, value: RuleValue) -> LocalizedText:
    """A rule's value as a person says it: ``30 days``, ``without end``, ``supervised, observed``."""
    if value is None:
        return _ENDLESS
    if isinstance(value, bool):
        return _YES if value else _NO
    if isinstance(value, tuple):
        return _joined(value) if value else _NOBODY
    if isinstance(value, int):
        unit = _UNITS.get(name.rpartition("_")[2])
        if unit is None:
            return LocalizedText(str(value), str(value))
        return LocalizedText(f"{value} {unit.vi}", f"{value} {unit.en.removesuffix('s') if value == 1 else unit.en}")
    return _NAMES[value]


def _joined(names: Iterable[str], vi: str = ", ", en: str = ", ") -> LocalizedText:
    found = [_NAMES[name] for name in names]
    return LocalizedText(vi.join(one.vi for one in found), en.join(one.en for one in found))


@dataclass(frozen=True, slots=True)
class TreeWords:
    """Writes requirement trees.

    Attributes:
        framework: where the names of skills and groups are from; None: codes alone are written.
    """

    framework: Framework | None = None

    def phrase(self, tree: RequirementTree) -> LocalizedText:
        """The whole tree in one phrase, for use within a sentence."""
        return LocalizedText(vi=self._phrase(tree, "vi"), en=self._phrase(tree, "en"))

    def outline(self, tree: RequirementTree, language: Language) -> Iterator[str]:
        """The tree line by line, branches indented by two spaces below what they are branches of."""
        if isinstance(tree, SkillRequired | EvidenceRequired) or (isinstance(tree, AllOf | AtLeast) and tree.named is not None):
            yield self._phrase(tree, language)
            return
        yield f"{self._head(tree, language)}:"
        for index, branch in enumerate(tree.of):
            lines = list(self.outline(branch, language))
            points = f"  [{self._points(tree.weights[index], language)}]" if isinstance(tree, Weighted) else ""
            yield f"  - {lines[0]}{points}"
            yield from (f"    {line}" for line in lines[1:])

    def _phrase(self, tree: RequirementTree, language: Language) -> str:
        if isinstance(tree, SkillRequired):
            return self._leaf(tree, language)
        if isinstance(tree, EvidenceRequired):
            return self._evidence(tree, language)
        if isinstance(tree, AllOf | AtLeast) and tree.named is not None:
            codes = ", ".join(branch.skill for branch in tree.of if isinstance(branch, SkillRequired))
            return f"{self._head(tree, language)} {self._named(tree.named, language)} ({codes})"
        parts = [self._phrase(branch, language) for branch in tree.of]
        if isinstance(tree, Weighted):
            parts = [f"{part} = {self._points(weight, language)}" for part, weight in zip(parts, tree.weights, strict=True)]
        return f"{self._head(tree, language)} ({'; '.join(parts)})"

    def _head(self, tree: AllOf | AnyOf | AtLeast | Weighted, language: Language) -> str:
        vietnamese = language == "vi"
        if isinstance(tree, AllOf):
            if tree.named is not None:
                return "mọi kỹ năng của" if vietnamese else "every skill of"
            return "tất cả những điều sau" if vietnamese else "all of the following"
        if isinstance(tree, AnyOf):
            return "ít nhất một trong những điều sau" if vietnamese else "at least one of the following"
        if isinstance(tree, AtLeast):
            if tree.named is not None:
                return f"ít nhất {tree.n} kỹ năng của" if vietnamese else f"at least {tree.n} skills of"
            return f"ít nhất {tree.n} trong những điều sau" if vietnamese else f"at least {tree.n} of the following"
        points = self._points(tree.needed, language)
        return f"ít nhất {points} từ những điều sau" if vietnamese else f"at least {points} from the following"

    def _leaf(self, leaf: SkillRequired, language: Language) -> str:
        skill = next((one for one in self._skills() if one.code == leaf.skill), None)
        name = leaf.skill if skill is None else f"{leaf.skill} “{skill.name.text(language)}”"
        if leaf.facet is None:
            return f"kỹ năng {name}" if language == "vi" else f"skill {name}"
        part = next((one.name.text(language) for one in (skill.facets if skill else ()) if one.code == leaf.facet), leaf.facet)
        return f"phần “{part}” của kỹ năng {name}" if language == "vi" else f"the part “{part}” of skill {name}"

    def _evidence(self, tree: EvidenceRequired, language: Language) -> str:
        codes = ", ".join(tree.skills)
        where = codes if tree.named is None else f"{self._named(tree.named, language)} ({codes})"
        ways = _joined((one for one in Assurance if one in tree.assurance), vi=" hoặc ", en=" or ").text(language)
        if language == "vi":
            kind = {None: "", True: " thực hành", False: " kiến thức"}[tree.practical]
            return f"ít nhất {tree.n} minh chứng{kind} {ways} về {where}"
        kind = {None: "", True: " of practice", False: " of knowledge"}[tree.practical]
        return f"at least {tree.n} {'piece' if tree.n == 1 else 'pieces'} of evidence{kind} ({ways}) on {where}"

    def _named(self, named: str, language: Language) -> str:
        kind, _colon, code = named.partition(":")
        if kind == "set":
            return f"bộ kỹ năng {code}" if language == "vi" else f"the set {code}"
        groups = self.framework.groups if self.framework else ()
        name = next((f"{code} “{group.name.text(language)}”" for group in groups if group.code == code), code)
        return f"nhóm {name}" if language == "vi" else f"group {name}"

    def _points(self, number: int, language: Language) -> str:
        return f"{number} điểm" if language == "vi" else f"{number} {'point' if number == 1 else 'points'}"

    def _skills(self) -> tuple[Skill, ...]:
        return self.framework.skills if self.framework else ()
