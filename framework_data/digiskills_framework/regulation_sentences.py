"""Sentences about what changed between two versions of a regulation, Vietnamese and English."""

from __future__ import annotations

from collections.abc import Mapping

from digiskills_framework.regulation_rules import Rule, RuleValue
from digiskills_framework.regulation_words import audience_words, rule_words, value_words
from digiskills_framework.types import Audience, LocalizedText

ChangedValue = RuleValue | LocalizedText
Place = tuple[Audience | None, str | None]

_PARTS: Mapping[str, LocalizedText] = {
    "label": LocalizedText("tên gọi", "the name"),
    "notice": LocalizedText("lời lưu ý", "the notice"),
    "status": LocalizedText("tình trạng", "the status"),
    "framework": LocalizedText("khung năng lực được dùng", "the framework used"),
    "supersedes": LocalizedText("bản bị thay thế", "the version that is superseded"),
    "change_policy.who": LocalizedText("phạm vi người chuyển sang bản mới", "who comes under the new version"),
    "change_policy.completed": LocalizedText("cách xử lý người đã hoàn thành", "what happens to those who have completed"),
    "record.fields": LocalizedText("các mục trên bản ghi", "what a record contains"),
    "record.types": LocalizedText("các loại bản ghi được cấp", "the records that are issued"),
    "record.caps": LocalizedText("số bản ghi nhiều nhất trong 365 ngày", "the number of records allowed within 365 days"),
    "record": LocalizedText("quy định về bản ghi", "the rules on records"),
}
_CHOICES: Mapping[str, LocalizedText] = {
    "demo": LocalizedText("trình diễn", "demo"),
    "default": LocalizedText("mặc định", "default"),
    "official": LocalizedText("chính thức", "official"),
    "new": LocalizedText("chỉ người bắt đầu sau", "only those who begin afterwards"),
    "undecided": LocalizedText("cả người chưa có quyết định", "also those without a decision"),
    "not_completed": LocalizedText("cả người chưa hoàn thành", "all who have not completed"),
    "all": LocalizedText("tất cả", "everybody"),
    "keep": LocalizedText("giữ nguyên", "they keep it"),
    "review": LocalizedText("xem xét từng người", "each is reviewed"),
    "withdraw": LocalizedText("thu hồi nếu không còn đáp ứng", "withdrawn if no longer met"),
    "confirmation": LocalizedText("xác nhận", "confirmation"),
    "result": LocalizedText("kết quả", "result"),
}
_NOTHING = LocalizedText("không có", "nothing")
_UNSTATED = LocalizedText("chưa nêu", "not stated")


def part_changed(path: str, old: ChangedValue, new: ChangedValue) -> LocalizedText:
    """A part of the file that concerns everybody: its name, status, succession, records."""
    before, after, part = _shown(old), _shown(new), _PARTS[path]
    return _sentence(f"{part.vi} đổi từ “{before.vi}” thành “{after.vi}”", f"{part.en} changes from “{before.en}” to “{after.en}”")


def basis_words(rule: Rule) -> LocalizedText:
    """On what a rule stands and where that is written."""
    if not rule.stated:
        return _UNSTATED
    text = f"{rule.basis} ({rule.source})"
    return LocalizedText(text, text)


def basis_changed(path: str, place: Place, old: LocalizedText, new: LocalizedText) -> LocalizedText:
    """A rule or part whose value stays while its basis or source is another; ``path`` is a rule's name or a part's path."""
    part = _PARTS.get(path) or rule_words(path)
    return _concerning(
        place,
        f"căn cứ của {part.vi} đổi từ “{old.vi}” thành “{new.vi}”; giá trị giữ nguyên",
        f"the basis of {part.en} changes from “{old.en}” to “{new.en}”; the value stays",
    )


def rule_changed(name: str, place: Place, old: RuleValue, new: RuleValue) -> LocalizedText:
    """A rule with another value in force."""
    clause = _rule_clause(name, old, new)
    return _concerning(place, clause.vi, clause.en)


def rule_without_effect(name: str, old: RuleValue, new: RuleValue) -> LocalizedText:
    """A rule of the regulation as a whole that every audience overrides."""
    clause = _rule_clause(name, old, new)
    return _concerning((None, None), f"{clause.vi}; không đối tượng nào chịu ảnh hưởng", f"{clause.en}; this affects no audience")


def rule_moved(name: str, place: Place) -> LocalizedText:
    """A rule that is stated at another level of the file, with the same value in force."""
    rule = rule_words(name)
    return _concerning(
        place,
        f"{rule.vi} được ghi ở chỗ khác trong văn bản; giá trị áp dụng không đổi",
        f"{rule.en} is stated elsewhere in the text; the value in force stays",
    )


def demand_changed(place: Place, old: LocalizedText | None, new: LocalizedText | None) -> LocalizedText:
    """A demand that is new, gone or altered."""
    if old is None and new is not None:
        return _concerning(place, f"nay yêu cầu thêm: {new.vi}", f"there is a new demand: {new.en}")
    if new is None and old is not None:
        return _concerning(place, f"không còn yêu cầu: {old.vi}", f"this is no longer demanded: {old.en}")
    before, after = _shown(old), _shown(new)
    return _concerning(place, f"yêu cầu “{before.vi}” được thay bằng “{after.vi}”", f"the demand “{before.en}” is replaced by “{after.en}”")


def demands_rewritten(place: Place) -> LocalizedText:
    """The same demands in other words or another order."""
    return _concerning(place, "yêu cầu được viết cách khác; nội dung không đổi", "the demands are written otherwise; they stay the same")


def audience_changed(place: Place, old: LocalizedText | None, new: LocalizedText | None) -> LocalizedText:
    """An audience that the regulation did not speak of before, or no longer speaks of."""
    if new is None:
        return _concerning(place, "quy định không còn áp dụng", "the regulation no longer applies")
    return _concerning(place, f"quy định nay áp dụng, yêu cầu: {new.vi}", f"the regulation now applies and demands: {new.en}")


def level_changed(place: Place, *, added: bool) -> LocalizedText:
    """A school level that gets rules of its own, or loses them."""
    if added:
        return _concerning(place, "nay có quy định riêng", "there are now rules of its own")
    return _concerning(
        place,
        "không còn quy định riêng mà theo quy định chung của đối tượng",
        "there are no rules of its own any more; those of the audience apply",
    )


def _rule_clause(name: str, old: RuleValue, new: RuleValue) -> LocalizedText:
    rule, before, after = rule_words(name), value_words(name, old), value_words(name, new)
    if isinstance(old, int) and isinstance(new, int) and not isinstance(old, bool):
        vi, en = ("tăng từ {} lên {}", "rises from {} to {}") if new > old else ("giảm từ {} xuống {}", "falls from {} to {}")
    else:
        vi, en = "đổi từ “{}” thành “{}”", "changes from “{}” to “{}”"
    return LocalizedText(f"{rule.vi} {vi.format(before.vi, after.vi)}", f"{rule.en} {en.format(before.en, after.en)}")


def _concerning(place: Place, vi: str, en: str) -> LocalizedText:
    audience, level = place
    if audience is None:
        return _sentence(f"theo quy tắc chung, {vi}", f"in general, {en}")
    who = audience_words(audience, level)
    return _sentence(f"đối với {who.vi}, {vi}", f"for {who.en}, {en}")


def _sentence(vi: str, en: str) -> LocalizedText:
    return LocalizedText(*(f"{text[0].upper()}{text[1:]}{'' if text.endswith('.') else '.'}" for text in (vi, en)))


def _shown(value: ChangedValue) -> LocalizedText:
    if isinstance(value, LocalizedText):
        return value
    if value is None or value == ():
        return _NOTHING
    parts = [_CHOICES.get(str(part)) or LocalizedText(str(part), str(part)) for part in (value if isinstance(value, tuple) else (value,))]
    return LocalizedText(", ".join(part.vi for part in parts), ", ".join(part.en for part in parts))
