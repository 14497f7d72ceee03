"""A sheet on which SVG elements are put, with as few bytes as they need: whole numbers, classes in place of attributes."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from digiskills_xblock.course.phone_drawings import Scene, icon_path
from digiskills_xblock.course.text_layout import wrap

TEXT_SIZE = 14
FONT = "Roboto,Noto Sans,Segoe UI,Helvetica Neue,Arial,sans-serif"
SVG = "http://www.w3.org/2000/svg"


class Canvas:
    """A drawing that grows downwards; all measures are in CSS pixels of a picture 320 wide."""

    def __init__(self) -> None:
        self.elements: list[etree._Element] = []

    def add(self, tag: str, *, text: str | None = None, **attributes: str | float) -> None:
        """An element; ``font_size`` becomes ``font-size``, ``class_`` becomes ``class``."""
        element = etree.Element(tag, {name.rstrip("_").replace("_", "-"): _short(value) for name, value in attributes.items()})
        element.text = text
        self.elements.append(element)

    def box(self, x: float, y: float, width: float, height: float, style: str, radius: float = 8) -> None:
        self.add("rect", x=x, y=y, width=width, height=height, rx=radius, class_=style)

    def icon(self, name: str, x: float, y: float, size: float, style: str) -> None:
        self.add("path", d=icon_path(name), transform=f"translate({_short(x)} {_short(y)}) scale({_short(size / 24)})", class_=f"i {style}")

    def scene(self, strokes: Scene, x: float, y: float, width: float) -> None:
        """A picture of the phone, ``width`` wide and 5/8 as high."""
        place = f"translate({_short(x)} {_short(y)}) scale({_short(width / 160)})"
        for path, style in strokes:
            self.add("path", d=path, transform=place, class_=f"sc {style}".strip())


class Paragraph:
    """A text that was broken into lines, with what is needed to put it somewhere."""

    def __init__(self, text: str, size: float, limit: float, style: str, *, bold: bool = False, most: int = 8) -> None:
        self.lines = wrap(text, size, limit, bold=bold, most=most) if text else []
        self._leading = round(size * 1.35)
        self._size = size
        self._style = f"{style} b" if bold else style

    @property
    def height(self) -> float:
        return len(self.lines) * self._leading

    def put(self, canvas: Canvas, x: float, y: float, anchor: str = "") -> None:
        """Its lines with the top of the first at ``y``; ``anchor`` is the class ``m`` (middle) or ``e`` (end)."""
        sized = {} if self._size == TEXT_SIZE else {"font_size": self._size}
        for index, line in enumerate(self.lines):
            baseline = round(y + (index + 0.76) * self._leading, 1)
            canvas.add("text", x=x, y=baseline, class_=f"{self._style} {anchor}".strip(), text=line, **sized)


def document(
    elements: Iterable[etree._Element], *, width: int, height: int, title: str, description: str, style: str, locale: str
) -> bytes:
    """A whole SVG file: what it shows stands in its ``title`` and ``desc``; no script, nothing from outside."""
    root = etree.fromstring(f'<svg xmlns="{SVG}"/>')
    size = {"width": str(width), "height": str(height), "viewBox": f"0 0 {width} {height}"}
    told = {"role": "img", "aria-labelledby": "t d", "lang": locale, "font-family": FONT, "font-size": str(TEXT_SIZE)}
    for name, value in (size | told).items():
        root.set(name, value)
    etree.SubElement(root, "title", id="t").text = title
    etree.SubElement(root, "desc", id="d").text = description
    etree.SubElement(root, "style").text = style
    root.extend(elements)
    for element in root.iter():
        element.tag = f"{{{SVG}}}{element.tag.rpartition('}')[2]}"
    return etree.tostring(root, encoding="utf-8") + b"\n"


def _short(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")
