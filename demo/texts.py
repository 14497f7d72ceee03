"""What the demo's own pages say, in both languages."""

from __future__ import annotations

from django.utils.translation import get_language

TEXTS = {
    "vi": {
        "brand": "Kỹ năng số – bản chạy thử",
        "demo_note": "Bản chạy thử trên máy này. Mọi tên người, ngân hàng và số tài khoản đều do chúng tôi đặt ra.",
        "who_title": "Bạn muốn thử với vai ai?",
        "who_text": "Chọn một người để bắt đầu. Kết quả được ghi riêng cho từng người.",
        "you_are": "Bạn đang là",
        "change_person": "Đổi người",
        "tasks_title": "Bài luyện tập",
        "tasks_text": "Mỗi bài là một chiếc điện thoại giả lập. Bấm nhầm cũng không sao.",
        "task": "Bài",
        "minutes": "phút",
        "best": "Điểm cao nhất",
        "not_tried": "Chưa làm",
        "open": "Mở bài",
        "more_title": "Xem thêm",
        "my_skills": "Kỹ năng số của tôi",
        "my_skills_text": "Bạn đã làm được gì, còn thiếu gì.",
        "report": "Bảng số liệu theo đơn vị",
        "report_text": "Dành cho cán bộ: bao nhiêu người học, đã làm, hoàn thành, được xác nhận.",
        "course": "Dành cho nhóm phụ trách khóa học",
        "course_text": "Học viên đã đạt đến đâu, bài nào nên xem lại.",
        "verify": "Kiểm tra một xác nhận",
        "verify_text": "Nhập số xác nhận để biết thật hay giả.",
        "sandbox": "Cơ quan đăng ký thử",
        "sandbox_text": "Nơi nhận xác nhận đã ký, thay cho một cơ quan thật.",
        "back": "Về trang đầu",
        "language": "Ngôn ngữ",
        "skip": "Đến nội dung chính",
    },
    "en": {
        "brand": "Digital skills – demo",
        "demo_note": "A demo on this computer. Every name of a person, bank or account number is invented.",
        "who_title": "Who would you like to be?",
        "who_text": "Choose somebody to begin. Results are kept for each person.",
        "you_are": "You are",
        "change_person": "Change person",
        "tasks_title": "Practice tasks",
        "tasks_text": "Each task is a simulated phone. Pressing the wrong thing does no harm.",
        "task": "Task",
        "minutes": "minutes",
        "best": "Best score",
        "not_tried": "Not tried yet",
        "open": "Open the task",
        "more_title": "See also",
        "my_skills": "My digital skills",
        "my_skills_text": "What you can do already, and what is missing.",
        "report": "Table by admin unit",
        "report_text": "For officials: how many learn, tried, completed, were confirmed.",
        "course": "For the course team",
        "course_text": "How far the learners are, and which tasks deserve a second look.",
        "verify": "Check a confirmation",
        "verify_text": "Type the number of a confirmation to see whether it is genuine.",
        "sandbox": "Trial registry",
        "sandbox_text": "Receives the signed confirmations, in place of a real authority.",
        "back": "Back to the start",
        "language": "Language",
        "skip": "Skip to the content",
    },
}


def language() -> str:
    """``vi`` or ``en``, whichever the request asked for."""
    return "en" if (get_language() or "vi").startswith("en") else "vi"


def texts() -> dict[str, str]:
    """The texts in the request's language."""
    return TEXTS[language()]
