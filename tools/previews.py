"""Draws the pictures that stand beside a passed-on link, one for each kind of app: ``digiskills_xblock/public/previews/<kind>.png``.

    python -m tools.previews

1200 × 630, the size that the Open Graph protocol's readers show large; without words, so that one serves every language. Drawn by the
Chromium of the browser tests from an SVG made here of the kind's colour and icon.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from digiskills_xblock.course.phone_drawings import colour, icon_path
from tools.system import find_chromium

PUBLIC = Path(__file__).resolve().parent.parent / "digiskills_xblock" / "public"
WIDTH, HEIGHT = 1200, 630
ICON = {
    "ai": "coach",
    "browser": "search",
    "files": "folder",
    "inbox": "chat",
    "local": "map",
    "meeting": "video",
    "payment": "card",
    "place": "home",
    "portal": "stamp",
    "settings": "settings",
    "shop": "cart",
    "work": "work",
}


def drawing(kind: str) -> str:
    """The SVG of a kind: a phone in its colour with its icon, and rows as an app has them."""
    filled = colour(kind)
    row = '<rect x="490" y="{y}" width="{width}" height="44" rx="14" fill="#dfe9e7"/>'
    rows = "".join(row.format(y=348 + 68 * n, width=170 if n == 2 else 220) for n in range(3))
    pen = 'fill="none" stroke="#fff" stroke-linecap="round" stroke-linejoin="round"'
    return f"""<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}">
      <rect width="{WIDTH}" height="{HEIGHT}" fill="#e6f3f0"/>
      <circle cx="170" cy="530" r="250" fill="#d3e9e4"/><circle cx="1060" cy="110" r="210" fill="#d3e9e4"/>
      <rect x="440" y="52" width="320" height="640" rx="44" fill="#17262b"/>
      <rect x="456" y="68" width="288" height="640" rx="32" fill="#fff"/>
      <rect x="500" y="140" width="200" height="184" rx="40" fill="{filled}"/>
      <path d="{icon_path(ICON[kind])}" transform="translate(528 158) scale(6)" {pen} stroke-width="1.6"/>{rows}
      <circle cx="730" cy="500" r="62" fill="{filled}" stroke="#fff" stroke-width="10"/>
      <path d="M702 500l20 20 38-42" {pen} stroke-width="14"/>
    </svg>"""


def main() -> int:
    """Writes every picture."""
    folder = PUBLIC / "previews"
    folder.mkdir(exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        for kind in sorted(ICON):
            page.set_content(f"<style>body {{ margin: 0 }}</style>{drawing(kind)}")
            page.screenshot(path=folder / f"{kind}.png")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
