"""The words of pages, pictures and prints around what lessons say, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

_WORDS: Mapping[str, tuple[str, str]] = {
    "practice_label": ("Thực hành – không phải ứng dụng thật", "Practice – not a real app"),
    "question_knowledge": ("Câu hỏi", "Question"),
    "question_judgement": ("Tình huống", "Situation"),
    "explanation": ("Giải thích", "Explanation"),
    "reading_time": ("Đọc khoảng {0} phút.", "About {0} minutes to read."),
    "what": ("Kỹ năng này là gì?", "What is this skill?"),
    "what_young": ("Em sẽ học gì?", "What will you learn?"),
    "why": ("Vì sao nên biết?", "Why it helps"),
    "example": ("Một chuyện thường ngày", "A story from daily life"),
    "new_words": ("Từ ngữ", "Words"),
    "steps": ("Làm từng bước", "Step by step"),
    "step": ("Bước {0}", "Step {0}"),
    "mistakes": ("Chỗ hay nhầm", "What often goes wrong"),
    "wrong": ("Hay gặp", "Often"),
    "better": ("Nên làm", "Better"),
    "summary": ("Nhớ mấy điều này", "To keep in mind"),
    "recap": ("Chỗ hay nhầm và tóm tắt", "Mistakes and summary"),
    "real_life": ("Ngoài đời", "In real life"),
    "checked_on": ("Đã kiểm tra ngày {0}.", "Checked on {0}."),
    "sources": ("Nguồn", "Sources"),
    "seen_in_year": ("tra cứu năm {0}", "seen in {0}"),
    "seen_in_month": ("tra cứu tháng {0}", "seen in {0}"),
    "seen_on_day": ("tra cứu ngày {0}", "seen on {0}"),
    "glossary": ("Từ điển nhỏ của khóa học", "Glossary of this course"),
    "handout": ("Tờ giữ bên mình", "Handout"),
    "help_numbers": ("Số cần nhớ", "Numbers to keep"),
    "lesson_plan": ("Giáo án", "Lesson plan"),
    "goal": ("Mục tiêu", "Goal"),
    "bring": ("Mang theo", "Bring"),
    "course_of_lesson": ("Các phần, {0} phút", "Parts, {0} minutes"),
    "minutes": ("{0} phút", "{0} min"),
    "facilitator": ("Cẩm nang người hướng dẫn", "Facilitator's guide"),
    "for_lesson": ("Khi dạy kỹ năng này", "When you teach this skill"),
    "for_task": ("Khi cả nhóm làm bài “{0}”", "When the group does “{0}”"),
    "print_note": (
        "Dùng cho mục đích học tập. Tên người, nơi chốn và ứng dụng trong bài là hư cấu.",
        "For learning. People, places and apps in it are fictional.",
    ),
}


def word(name: str, locale: str, *values: object) -> str:
    """A word or sentence, with ``values`` in its places.

    Raises:
        KeyError: there is no such word.
    """
    vietnamese, english = _WORDS[name]
    return (english if locale == "en" else vietnamese).format(*values)


_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")


def day(value: date, locale: str) -> str:
    """``22/11/2026``, or ``22 November 2026``."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}" if locale == "en" else f"{value.day}/{value.month}/{value.year}"


def seen(value: str, locale: str) -> str:
    """When a source was looked up, from ``2026-11-22``, ``2026-11`` or ``2026``: ``tra cứu ngày 22/11/2026``, ``seen in November 2026``."""
    parts = [int(part) for part in value.split("-")]
    if len(parts) == 3:
        return word("seen_on_day", locale, day(date(*parts), locale))
    if len(parts) == 1:
        return word("seen_in_year", locale, parts[0])
    return word("seen_in_month", locale, f"{_MONTHS[parts[1] - 1]} {parts[0]}" if locale == "en" else f"{parts[1]}/{parts[0]}")


_HALF_HOURS = {
    "vi": ("nửa tiếng", "một tiếng", "một tiếng rưỡi", "hai tiếng", "hai tiếng rưỡi", "ba tiếng"),
    "en": ("half an hour", "an hour", "an hour and a half", "two hours", "two and a half hours", "three hours"),
}


def school_time(minutes: int, locale: str) -> str:
    """A time of at most one lesson or two as schools say it: in minutes, rounded up to five.

    Args:
        minutes: ≥ 0.
    """
    rounded = -(-minutes // 5) * 5
    return f"{rounded} minutes" if locale == "en" else f"{rounded} phút"


def spoken_time(minutes: int, locale: str) -> str:
    """A time as people say it, rounded to half hours; below a quarter of an hour, and above three hours, in figures.

    Args:
        minutes: ≥ 0.
    """
    halves = (minutes + 15) // 30
    if halves == 0:
        return f"{minutes} minutes" if locale == "en" else f"{minutes} phút"
    if halves <= len(_HALF_HOURS[locale]):
        return _HALF_HOURS[locale][halves - 1]
    half = halves % 2
    if locale == "en":
        return f"{halves // 2}{' and a half' if half else ''} hours"
    return f"{halves // 2} tiếng{' rưỡi' if half else ''}"
