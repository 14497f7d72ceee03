"""What every page must be: nothing for axe to find, no sideways scrolling, targets for big fingers, text for old eyes."""

from __future__ import annotations

import json
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

MIN_TARGET = 44  # CSS pixels of height (ux.md)
MIN_TEXT = 14  # CSS pixels

RUN_AXE = """async () => {
  const found = await window.axe.run(document, { resultTypes: ["violations"] });
  const where = (node) => node.html.slice(0, 160) + " " + node.failureSummary;
  return found.violations.map((rule) => ({ id: rule.id, help: rule.help, nodes: rule.nodes.map(where) }));
}"""

# A link inside a sentence is as high as its line (WCAG 2.5.8, "inline"); a radio button is as high as its label; a link that is
# stretched over its card is as high as the card.
MEASURE = """([minTarget, minText]) => {
  const seen = (node) => node.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) && node.getClientRects().length > 0
    && node.getBoundingClientRect().width > 1 && !node.closest(".skip");
  const inSentence = (node) => node.tagName === "A" && getComputedStyle(node).display === "inline"
    && node.parentElement.textContent.trim() !== node.textContent.trim();
  const target = (node) => (node.matches("input") && node.closest("label"))
    || (getComputedStyle(node, "::after").position === "absolute" && node.offsetParent) || node;
  const tell = (node) => node.outerHTML.slice(0, 120);
  const low = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
    .filter((node) => seen(node) && !inSentence(node))
    .filter((node) => target(node).getBoundingClientRect().height < minTarget - 0.5).map(tell);
  const speaks = (node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
  const small = [...document.querySelectorAll("body *")]
    .filter((node) => seen(node) && speaks(node) && parseFloat(getComputedStyle(node).fontSize) < minText).map(tell);
  const moving = document.getAnimations().length;
  // A phone's browser makes innerWidth as wide as what sticks out; the width of the layout stays.
  const width = document.documentElement.clientWidth;
  const wide = [...document.querySelectorAll("body *")]
    .filter((node) => seen(node) && node.getBoundingClientRect().right > width + 0.5).map(tell);
  return { sideways: document.documentElement.scrollWidth - width, wide: wide.slice(0, 5), low, small, moving };
}"""


def axe(page: Page) -> None:
    """Runs every rule of axe on the page; fails with what it finds."""
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE_SCRIPT)
    violations: list[dict[str, Any]] = page.evaluate(RUN_AXE)
    assert violations == [], f"axe at {page.url}:\n{json.dumps(violations, indent=1, ensure_ascii=False)}"


def layout(page: Page) -> None:
    """Checks width, targets, text sizes, and that nothing moves by itself."""
    found = page.evaluate(MEASURE, [MIN_TARGET, MIN_TEXT])
    assert found["sideways"] <= 0, f"{page.url} scrolls sideways by {found['sideways']} px: {found['wide']}"
    assert found["low"] == [], f"{page.url}: lower than {MIN_TARGET} px: {found['low']}"
    assert found["small"] == [], f"{page.url}: text under {MIN_TEXT} px: {found['small']}"
    assert found["moving"] == 0, f"{page.url}: {found['moving']} animations"


def whole(page: Page) -> None:
    """Both, for a page at its usual size of text."""
    axe(page)
    layout(page)
