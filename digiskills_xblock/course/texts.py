"""What the generated course says by itself, in both languages: titles of chapters and units, the about page, the first and last words."""

from __future__ import annotations

from collections.abc import Mapping

from digiskills_framework.content_filling import reader
from digiskills_framework.types import LocalizedText


def _t(vi: str, en: str) -> LocalizedText:
    return LocalizedText(vi, en)


AUDIENCES: Mapping[str, LocalizedText] = {
    "citizen": _t("Người dân", "Citizens"),
    "student": _t("Học sinh, sinh viên", "Pupils and students"),
    "public_sector": _t("Cán bộ, công chức, viên chức", "Public servants"),
    "enterprise_worker": _t("Người lao động trong doanh nghiệp", "Workers in enterprises"),
}

TEXTS: Mapping[str, LocalizedText] = {
    # the outline
    "start": _t("Bắt đầu", "Start here"),
    "start_unit": _t("Khóa học này dành cho {you}", "This course is for you"),
    # How a framework's title begins that is named after what it teaches; a course has no need of the word.
    "framework_word": _t("Khung ", "Framework of "),
    "group": _t("{code}. {name}", "{code}. {name}"),
    "skill": _t("{code}. {name}", "{code}. {name}"),
    "skill_optional": _t("{code}. {name} (tự chọn)", "{code}. {name} (optional)"),
    "guided": _t("Luyện thử có hướng dẫn: {title}", "Practise with guidance: {title}"),
    "counted": _t("Làm bài tính điểm: {title}", "Do it for a score: {title}"),
    "counted_optional": _t("Tự làm, không có gợi ý: {title}", "Do it without hints: {title}"),
    "check": _t("Câu hỏi ôn lại", "Check questions"),
    "question": _t("{code} – Câu hỏi {number}", "{code} – Question {number}"),
    "question_final": _t("{code} – Câu hỏi cuối khóa {number}", "{code} – Final question {number}"),
    "final": _t("Đánh giá cuối khóa", "Final assessment"),
    "final_intro": _t("Trước khi làm", "Before you begin"),
    "final_questions": _t("Câu hỏi: {name}", "Questions: {name}"),
    "teachers": _t("Dành cho người dạy", "For teachers"),
    "teachers_skill": _t("Tài liệu dạy {code}. {name}", "Teaching {code}. {name}"),
    "teachers_first": _t("Cách dùng khóa học này", "How to use this course"),
    "glossary": _t("Giải nghĩa từ", "Glossary"),
    # the grade
    "skills_type": _t("Bài học kỹ năng", "Skill"),
    "skills_short": _t("KN", "Skill"),
    "final_short": _t("Cuối khóa", "Final"),
    # the certificate of the platform
    "certificate": _t("Hoàn thành khóa học", "Course completed"),
    "certificate_about": _t(
        "Giấy này ghi nhận {you} đã hoàn thành khóa học. Nó không thay cho xác nhận hoàn thành phổ cập kỹ năng số.",
        "This says that you have completed the course. It does not take the place of a confirmation of digital skills.",
    ),
    "certificate_about_young": _t(
        "Giấy này ghi nhận em đã học xong khóa học. Nó không thay cho giấy xác nhận kỹ năng số.",
        "This says that you have finished the course. It does not take the place of a confirmation of digital skills.",
    ),
    # the first unit and the about page
    "welcome": _t(
        "{You} sẽ học từng kỹ năng một, rồi tự tay làm trên một chiếc điện thoại thực hành. Bấm sai không sao: "
        "mọi thứ trên điện thoại ấy là đồ tập, không có thật.",
        "You learn one skill at a time, then do it yourself on a practice phone. A wrong tap does no harm: nothing on that phone is real.",
    ),
    "welcome_some": _t(
        "{You} sẽ học từng kỹ năng một. Với {practised} kỹ năng, {you} còn tự tay làm trên một chiếc điện thoại thực hành. "
        "Bấm sai không sao: mọi thứ trên điện thoại ấy là đồ tập, không có thật.",
        "You learn one skill at a time. With {practised} of them you also do it yourself on a practice phone. "
        "A wrong tap does no harm: nothing on that phone is real.",
    ),
    "welcome_young": _t(
        "Em sẽ học từng việc nhỏ, rồi tự làm trên một chiếc điện thoại thực hành. Bấm sai không sao. Không "
        "hiểu, em hỏi thầy cô hoặc bố mẹ.",
        "You learn one small thing at a time, then do it on a practice phone. A wrong tap does no harm. If you are stuck, ask an adult.",
    ),
    "welcome_some_young": _t(
        "Em sẽ học từng việc nhỏ. Có bài, em còn tự làm trên một chiếc điện thoại thực hành. Bấm sai không sao. Không "
        "hiểu, em hỏi thầy cô hoặc bố mẹ.",
        "You learn one small thing at a time, and do some on a practice phone. A wrong tap does no harm. If you are stuck, ask an adult.",
    ),
    "welcome_reading_young": _t(
        "Em sẽ học từng việc nhỏ, rồi trả lời vài câu hỏi. Không hiểu, em hỏi thầy cô hoặc bố mẹ.",
        "You learn one small thing at a time, then answer a few questions. If you are stuck, ask an adult.",
    ),
    "invented": _t(
        "Tên người, nơi chốn và ứng dụng trong bài đều được đặt ra để học. Chỉ mục “Ngoài đời” và “Nguồn” nói tên thật.",
        "People, places and apps in the lessons are invented for learning. Only “In real life” and “Sources” name real ones.",
    ),
    "invented_young": _t(
        "Tên người và ứng dụng trong bài đều được đặt ra để học.",
        "The people and apps in the lessons are invented for learning.",
    ),
    "welcome_reading": _t(
        "{You} sẽ học từng kỹ năng một: đọc vài trang ngắn, rồi trả lời câu hỏi về những tình huống thật.",
        "You learn one skill at a time: you read a few short pages, then answer questions about true-to-life situations.",
    ),
    "how_guided_young": _t(
        "Một bài luyện thử có gợi ý ở từng bước. Em làm bao nhiêu lần cũng được, không tính điểm.",
        "Practice with a hint at every step. Do it as often as you like; it never counts.",
    ),
    "how_guided_some_young": _t(
        "Có bài còn được luyện thử, có gợi ý ở từng bước. Em làm bao nhiêu lần cũng được, không tính điểm.",
        "In some lessons, practice with a hint at every step. Do it as often as you like; it never counts.",
    ),
    "how_final_young": _t(
        "Cuối khóa có bài đánh giá, khoảng {time}. Em mệt thì nghỉ, rồi làm tiếp.",
        "At the end there is an assessment of about {time}. When you are tired, rest, then go on.",
    ),
    "help_young": _t(
        "Hỏi thầy cô, bố mẹ hoặc ông bà. Đừng nói mật khẩu của em cho bạn bè hay người lạ.",
        "Ask your teacher or somebody in your family. Never tell your password to friends or strangers.",
    ),
    "helpline_young": _t(
        "Em sợ, hay cần giúp mà chưa gặp được ai? Em gọi {number}.",
        "Frightened, or in need of help, and nobody is near? Call {number}.",
    ),
    "grade_pass_young": _t(
        "Em làm đúng khoảng {tenths} phần trong 10 phần là đạt.",
        "Get about {tenths} parts of 10 right, and you pass.",
    ),
    "final_calm_young": _t(
        "Không có đồng hồ đếm giờ. Mỗi câu hỏi em chỉ trả lời một lần, nên em đọc kỹ rồi mới chọn.",
        "There is no clock. You answer each question once, so read it well before you choose.",
    ),
    "update_young": _t(
        "Chào em. Em mở mục “Khóa học” và bắt đầu từ bài đầu tiên.",
        "Welcome. Open “Course” and begin with the first lesson.",
    ),
    "how_heading": _t("Mỗi bài học có gì", "What each lesson has"),
    "how_read": _t("Vài trang ngắn để đọc, có hình.", "A few short pages to read, with pictures."),
    "how_guided": _t(
        "Một bài luyện thử có gợi ý ở từng bước. {You} làm bao nhiêu lần cũng được, không tính điểm.",
        "Practice with a hint at every step. As often as you like; it never counts.",
    ),
    "how_guided_some": _t(
        "Ở {practised} kỹ năng có thêm bài luyện thử, gợi ý từng bước. {You} làm bao nhiêu lần cũng được, không tính điểm.",
        "For {practised} of the skills, practice with a hint at every step. As often as you like; it never counts.",
    ),
    "how_counted": _t("Một bài tính điểm, không có gợi ý.", "A run for a score, without hints."),
    "how_counted_some": _t(
        "Sau bài luyện thử là một bài tính điểm, không có gợi ý.", "After the practice, a run for a score, without hints."
    ),
    "how_check": _t("Vài câu hỏi để nhớ lâu hơn.", "A few questions, so that it stays with you."),
    "how_final": _t(
        "Cuối khóa có bài đánh giá, khoảng {time}. {You} có thể nghỉ giữa chừng.",
        "At the end there is an assessment of about {time}. You may take breaks.",
    ),
    "grade_heading": _t("Thế nào là đạt", "When you pass"),
    "grade_pass": _t("{You} đạt khi có từ {percent}% điểm của khóa học.", "You pass with {percent}% of the course's points."),
    "grade_optional": _t("Các bài ghi “tự chọn” không tính vào điểm.", "Lessons marked “optional” are not part of the grade."),
    "grade_ours": _t(
        "Nội dung và mức đạt của khóa học là bản tạm dùng, chưa phải văn bản của cơ quan nhà nước.",
        "What the course teaches and when one passes is provisional; no state body has issued it.",
    ),
    "skills_heading": _t("{You} sẽ làm được gì", "What you will be able to do"),
    "notice_heading": _t("Xin lưu ý", "Please note"),
    "help_heading": _t("Khi cần giúp", "When you need help"),
    "help_helpers": _t(
        "Hỏi người dạy, hoặc người phụ trách nhóm của {you}. Đừng đưa mã khóa điện thoại hay mật khẩu cho ai.",
        "Ask your teacher, or whoever leads your group. Never give your passcode or password to anyone.",
    ),
    "help_pupil": _t(
        "Hỏi thầy cô, hoặc bố mẹ, ông bà ở nhà. Đừng đưa mã khóa máy hay mật khẩu cho ai, kể cả người giúp {you}.",
        "Ask a teacher, or somebody in your family. Never give your passcode or password to anyone, not even to a helper.",
    ),
    "help": _t(
        "Hỏi người dạy, hoặc tổ công nghệ số cộng đồng nơi {you} ở. Đừng đưa mã khóa điện thoại hay mật khẩu cho ai, "
        "kể cả người giúp {you}.",
        "Ask your teacher, or the people near you who help with digital matters. Never give your passcode or "
        "password to anyone, not even to a helper.",
    ),
    "short_description": _t(
        "Học {number} kỹ năng số, tự tay làm trên điện thoại thực hành.",
        "Learn {number} digital skills and do them yourself on a practice phone.",
    ),
    "short_description_some": _t(
        "Học {number} kỹ năng số, trong đó {practised} kỹ năng được tự tay làm trên điện thoại thực hành.",
        "Learn {number} digital skills; {practised} of them you do yourself on a practice phone.",
    ),
    "short_description_reading": _t(
        "Học {number} kỹ năng qua bài đọc ngắn và câu hỏi tình huống.",
        "Learn {number} skills by short pages and questions about situations.",
    ),
    "for_whom": _t("Dành cho: {audience}.", "For: {audience}."),
    "final_what": _t(
        "Phần này gồm {parts}, khoảng {time}. Nhóm kỹ năng nào có tính điểm cũng có bài hoặc câu hỏi.",
        "This part has {parts}, about {time}. Every group of skills that counts is in it.",
    ),
    "final_what_young": _t("Bài này có {parts}. Em làm khoảng {time}.", "There are {parts}. It takes about {time}."),
    "final_runs": _t("{number} bài làm trên điện thoại thực hành", "{number} runs on the practice phone"),
    "final_runs_one": _t("1 bài làm trên điện thoại thực hành", "1 run on the practice phone"),
    "final_asked": _t("{number} câu hỏi", "{number} questions"),
    "final_asked_one": _t("1 câu hỏi", "1 question"),
    "and": _t(" và ", " and "),
    "final_calm": _t(
        "Không có đồng hồ đếm giờ. Mỗi câu hỏi chỉ trả lời một lần, nên {you} hãy đọc kỹ rồi mới chọn.",
        "There is no clock. Each question is answered once, so read it well before you choose.",
    ),
    "update": _t(
        "Chào mừng {you}. {You} mở mục “Khóa học” và bắt đầu từ bài đầu tiên. Bảng tóm tắt để in có trong phần tài liệu.",
        "Welcome. Open “Course” and begin with the first lesson. Summaries to print are among the handouts.",
    ),
    "handouts_heading": _t("Bảng tóm tắt để in", "Summaries to print"),
    # for teachers
    "teachers_what": _t(
        "Phần này chỉ người dạy thấy. Mỗi kỹ năng có ba tài liệu: bảng tóm tắt một trang để phát, giáo án {minutes} "
        "phút, và gợi ý cho người hướng dẫn.",
        "Only teachers see this part. Each skill has three papers: a one-page summary to hand out, a "
        "{minutes}-minute lesson plan, and notes for whoever leads.",
    ),
    "teachers_change": _t(
        "Bạn cứ sửa khóa học trong Studio. Khi có bản mới của khung hoặc của bài thực hành, khóa học được "
        "cập nhật và những gì bạn đã sửa vẫn giữ nguyên.",
        "Change the course in Studio as you like. When the framework or a task has a new version, the course "
        "is brought up to date and your changes stay.",
    ),
    "teachers_rules": _t("Khóa học theo quy định: {label}.", "The course follows this regulation: {label}."),
    "can_do": _t("Mục tiêu, nói với người học:", "The goal, as learners are told:"),
    "handout": _t("Bảng tóm tắt để phát", "Summary to hand out"),
    "lesson_plan": _t("Giáo án {minutes} phút", "Lesson plan, {minutes} minutes"),
    "facilitator_guide": _t("Gợi ý cho người hướng dẫn", "Notes for whoever leads"),
    "shown": _t(
        "Giáo án còn nhắc đến bài thực hành mà người học của khóa này không có. Bạn mở ở dưới đây để trình bày trước lớp.",
        "The plan also names practice that learners of this course do not have. It is below, to be shown to the class.",
    ),
    "no_lesson": _t("Kỹ năng này chưa có bài học.", "There is no lesson for this skill yet."),
}


def say(name: str, locale: str, /, **values: object) -> str:
    """A text in a language with its blanks filled; it speaks to adults unless ``values`` has other `content_filling.reader` words."""
    return TEXTS[name].text(locale).format(**{**reader(pupil=False), **values})
