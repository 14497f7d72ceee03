"""The sandbox's page."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from digiskills_integrations.confirmations.numbers import format_number
from digiskills_integrations.sandbox.store import Effect

_STYLE = """
:root { color-scheme: light dark; font: 100%/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 64rem; padding: 1rem; }
.mark { border: 2px solid currentColor; padding: .5rem 1rem; font-weight: 600; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .5rem; border-bottom: 1px solid #8888; vertical-align: top; overflow-wrap: anywhere; }
@media (max-width: 40rem) {
  thead { position: absolute; left: -999rem; }
  tr { display: block; border-bottom: 2px solid #8888; padding: .5rem 0; }
  td { display: block; border: 0; padding: .125rem 0; }
  td::before { content: attr(data-label) ": "; font-weight: 600; }
}
"""
_COLUMNS = (
    "Cơ sở dữ liệu / Registry",
    "Số / Number",
    "Người được cấp / Holder",
    "Quy định / Regulation",
    "Việc / Operation",
    "Biên nhận / Receipt",
    "Lần gửi / Arrivals",
)


def render_page(effects: Sequence[Effect]) -> str:
    """All that the sandbox holds, newest first, as one HTML page in Vietnamese and English."""
    if effects:
        head = "".join(f'<th scope="col">{escape(column)}</th>' for column in _COLUMNS)
        body = "".join(_row(effect) for effect in effects)
        content = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    else:
        content = "<p>Chưa có xác nhận nào được gửi đến. / No confirmation has arrived yet.</p>"
    return (
        '<!doctype html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Cơ sở dữ liệu thử / Sandbox registry</title><style>{_STYLE}</style></head><body><main>"
        "<h1>Cơ sở dữ liệu thử / Sandbox registry</h1>"
        '<p class="mark">THỬ – TEST: không có giá trị / no real records</p>'
        f"<p>{len(effects)} bản ghi / records</p>{content}</main></body></html>"
    )


def _row(effect: Effect) -> str:
    cells = (
        effect.registry,
        format_number(effect.number),
        effect.holder or "–",
        effect.regulation,
        effect.operation,
        f"{effect.receipt}, {effect.received_at}",
        str(effect.arrivals),
    )
    columns = "".join(f'<td data-label="{escape(label)}">{escape(cell)}</td>' for label, cell in zip(_COLUMNS, cells, strict=True))
    return f"<tr>{columns}</tr>"
