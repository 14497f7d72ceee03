"""Elements of HTML pages, built and not pasted: what an author or a teacher wrote is text, whatever characters are in it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml import etree

Element = etree._Element  # noqa: SLF001  # the only name that lxml has for it
Kid = str | Element

_ONE = (str, Element)
_QUOTED = re.compile(r"(“[^“”]+”)")


def el(tag: str, *kids: Kid | Iterable[Kid], **attributes: str) -> Element:
    """An element with texts and elements in it; a trailing underscore of an attribute's name is dropped (``class_``)."""
    element = etree.Element(tag, {name.rstrip("_"): value for name, value in attributes.items()}) if attributes else etree.Element(tag)
    if len(kids) == 1 and isinstance(kids[0], str):  # as most are
        element.text = kids[0]
        return element
    last: Element | None = None
    for kid in kids:
        for one in (kid,) if isinstance(kid, _ONE) else kid:
            if not isinstance(one, str):
                element.append(one)
                last = one
            elif last is None:
                element.text = (element.text or "") + one
            else:
                last.tail = (last.tail or "") + one
    return element


def labelled(text: str) -> list[Kid]:
    """A sentence with the labels that it quotes in bold."""
    if text and "“" not in text:  # as most are
        return [text]
    return [el("strong", part) if index % 2 else part for index, part in enumerate(_QUOTED.split(text)) if part]


def html(elements: Iterable[Element]) -> str:
    """Elements one below the other as HTML, a line each."""
    return "\n".join(etree.tostring(element, method="html", encoding="unicode") for element in elements)
