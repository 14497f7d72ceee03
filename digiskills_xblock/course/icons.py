"""Our own icons in a box of 24 × 24, drawn as one stroke: the same as in the practice block's ``public/skin.js``."""

from __future__ import annotations

from collections.abc import Mapping

ICONS: Mapping[str, str] = {
    "app": "M5 5h14v14H5z",
    "apps": "M5 5h5v5H5zM14 5h5v5h-5zM5 14h5v5H5zM14 14h5v5h-5z",
    "back": "M15 5l-7 7 7 7",
    "bank": "M4 10l8-5 8 5zM6 10v8M10 10v8M14 10v8M18 10v8M4 19h16",
    "bell": "M6 17h12l-1.5-2.5V11a4.5 4.5 0 0 0-9 0v3.5zM10.5 20h3",
    "blurred_face": "M5 12a7 7 0 1 1 14 0 7 7 0 0 1-14 0M8 10h3M13 10h3M8 13h2M12 13h4M9 16h3M14 16h1",
    "camera": "M4 8h4l1.5-2h5L16 8h4v11H4zM12 10.5a3 3 0 1 1 0 6 3 3 0 0 1 0-6",
    "card": "M4 6h16v12H4zM4 10h16M7 15h4",
    "chat": "M4 5h16v11h-8l-4 4v-4H4zM8 9h8M8 12h5",
    "coach": "M12 3a6 6 0 0 0-3.5 10.9V17h7v-3.1A6 6 0 0 0 12 3zM9.5 20.5h5",
    "help": "M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16M9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .9-1 1.7M12 16.5v.5",
    "home": "M4 11.5L12 5l8 6.5M6.5 10v9h11v-9",
    "info": "M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16M12 11v5.5M12 8v.5",
    "lock": "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3M12 14.5v2",
    "money": "M3 7h18v10H3zM12 9.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5M6 10v4M18 10v4",
    "people": "M9 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6M3 19c0-3.5 2.5-5.5 6-5.5s6 2 6 5.5M16 5.5a3 3 0 0 1 0 5.5M17.5 14c2.2.7 3.5 2.5 3.5 5",
    "person": "M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8M4.5 20c0-4 3-6 7.5-6s7.5 2 7.5 6",
    "phone": "M6 4h4l1.5 4.5L9 10.5a11 11 0 0 0 4.5 4.5l2-2.5L20 14v4c0 1-1 2-2 2C10.5 20 4 13.5 4 6c0-1 1-2 2-2z",
    "photo": "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 8.5v.5",
    "place": "M4 9l2-4h12l2 4zM5 9v10h14V9M9 19v-6h6v6",
    "police": "M12 3l8 3v6c0 5-3.5 7.5-8 9-4.5-1.5-8-4-8-9V6zM12 8v4M12 15v.5",
    "qr": "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2.5v2.5H14zM17.5 17.5H20V20h-2.5z",
    "receipt": "M6 3.5h12v17l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6",
    "search": "M10.5 4.5a6 6 0 1 1 0 12 6 6 0 0 1 0-12M15 15l5 5",
    "settings": "M4 7h9M17 7h3M15 5v4M4 12h3M11 12h9M9 10v4M4 17h9M17 17h3M15 15v4",
    "shield": "M12 3l8 3v6c0 5-3.5 7.5-8 9-4.5-1.5-8-4-8-9V6zM8.5 12l2.5 2.5 4.5-4.5",
    "sms": "M4 6h16v12H4zM4 7l8 6 8-6",
    "video": "M4 7h11v10H4zM15 11l5-3v8l-5-3",
    "wallet": "M4 7h14v12H4zM4 7l11-3v3M14 12h6v3h-6z",
    "warning": "M12 4l9 16H3zM12 10v4.5M12 17v.5",
    "wifi": "M3 9.5a13 13 0 0 1 18 0M6 13a8.5 8.5 0 0 1 12 0M9 16.3a4 4 0 0 1 6 0M12 19.5v.2",
}

FALLBACK = "app"


def icon_path(name: str) -> str:
    """The path of an icon; what we have not drawn is a plain square, as on the phone."""
    return ICONS.get(name, ICONS[FALLBACK])
