"""A payload that shows every widget in an app of one kind: what no task of the library happens to put together."""

from __future__ import annotations

from typing import Any

ICONS = {"inbox": "chat", "payment": "wallet", "shop": "cart", "files": "folder", "work": "work", "meeting": "video", "ai": "star"}
RULE = [{"toast": "Đã ghi nhận."}]


def _widgets(prefix: str) -> list[dict[str, Any]]:
    def ids(name: str) -> dict[str, str]:
        return {"id": f"{prefix}{name}"}

    options = [{"id": f"{prefix}o{n}", "text": text} for n, text in enumerate(("Lựa chọn thứ nhất", "Lựa chọn thứ hai, dài hơn một chút"))]
    return [
        {"type": "text", "style": "muted", "text": "vidu.mau.example"},
        {"type": "text", "style": "title", "text": "Một tiêu đề nhỏ"},
        {"type": "text", "text": "Một đoạn văn bình thường, đủ dài để xuống dòng trên màn hình hẹp."},
        {"type": "text", "style": "amount", "text": "1.250.000 đ"},
        {"type": "text", "style": "warning", "text": "Hãy đọc kỹ trước khi bấm."},
        {"type": "text", "style": "success", "text": "Đã xong."},
        {"type": "row", "label": "Người nhận", "text": "LE THI MO"},
        {"type": "row", "label": "Nội dung", "text": "Một nội dung dài hơn chiều ngang của hàng"},
        {"type": "image", "name": "card", "alt": "Một tấm thẻ"},
        {"type": "bubble", "from": "system", "text": "Hôm nay"},
        {"type": "bubble", "from": "them", "text": "Chào bạn."},
        {"type": "bubble", "from": "me", "text": "Chào bạn nhé."},
        {"type": "bubble", "from": "them", "text": "Bấm vào đây xem.", **ids("bb"), "do": RULE},
        {"type": "item", "text": "Đã gửi hàng", "sub": "8 giờ sáng", "icon": "box"},
        {"type": "item", "text": "Một mục", "sub": "Một dòng phụ", "meta": "85.000 đ", "icon": "person", **ids("i1"), "do": RULE},
        {"type": "item", "text": "Mục thứ hai", **ids("i2"), "do": RULE},
        {"type": "input", "label": "Số tiền (đồng)", "kind": "amount", "max": 9, **ids("n1")},
        {"type": "input", "label": "Mã khóa", "kind": "passcode", "max": 6, **ids("n2")},
        {"type": "choice", "label": "Bạn chọn gì?", "options": options, **ids("c1")},
        {"type": "choice", "label": "Bấm là chọn", "options": options, **ids("c2"), "do": RULE},
        {"type": "toggle", "label": "Cho phép", **ids("t1"), "to": "v0"},
        {"type": "scan", "label": "Mã trong khung hình", "options": options, **ids("s1"), "do": RULE},
        {"type": "button", "style": "primary", "text": "Nút chính", **ids("b1"), "do": RULE},
        {"type": "button", "style": "secondary", "text": "Nút phụ", **ids("b2"), "do": RULE},
        {"type": "button", "style": "danger", "text": "Nút nguy hiểm", **ids("b3"), "do": RULE},
        {"type": "button", "style": "link", "text": "Nút chữ", **ids("b4"), "do": RULE},
        {"type": "button", "style": "primary", "text": "Chưa bấm được", **ids("b5"), "enabled": False, "do": RULE},
    ]


def payload(kind: str) -> dict[str, Any]:
    """Two screens of an app: an ordinary one and a call, each with every widget."""
    calls = [{"type": "button", "style": "secondary", "text": "Sang cuộc gọi", "id": "go01", "do": [{"go": "scr2"}]}]
    screen = {"app": "app1", "title": "Màn hình mẫu", "back": "home"}
    coach = [{"say": "Bấm “Nút chính” nhé.", "point": "axb1"}]
    head = {"schema": "payload/1", "engine": 1, "task": "X0-00", "version": 1, "run": "guided", "language": "vi"}
    texts = {"title": "Mẫu", "goal": "Xem mọi thứ.", "why": "Để kiểm tra.", "brief": "Bạn xem mọi thứ."}
    return {
        **head,
        **texts,
        "start": "scr1",
        "waits": True,
        "vars": {"v0": False},
        "apps": [{"id": "app1", "kind": kind, "icon": ICONS.get(kind, "app"), "title": "Ứng dụng mẫu", "start": "scr1"}],
        "screens": {
            "scr1": {**screen, "coach": coach, "widgets": [*calls, *_widgets("ax")]},
            "scr2": {**screen, "style": "call", "widgets": _widgets("cx")},
        },
        "notices": {"not1": {"screen": "scr1", "text": "Có tin mới."}},
        "events": [{"do": [{"notify": "not1"}]}],
    }
