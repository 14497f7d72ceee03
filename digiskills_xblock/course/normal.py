"""Which differences between two written forms of a block are none: the platform's, not a person's.

What the platform does to a course on its way in and out (openedx/edx-platform): it writes settings in alphabetical order, names the
family of blocks that are XBlocks from the start (xblock: core.py, add_xml_to_node), drops white space between elements and lays the
rest out anew (xmodule/xml_block.py, EDX_XML_PARSER), moves HTML into files (xmodule/html_block.py), and writes settings of the course
into its element too (xmodule/modulestore/xml_exporter.py). Blank attributes of its own bookkeeping are none either.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from lxml import etree

from digiskills_xblock.course.model import Block

PLACE_ATTRIBUTES = frozenset({"url_name", "slug", "filename", "org", "course", "xblock-family", "xml_attributes", "x-is-pointer-node"})
"""What says where and how a block is written, and nothing about it (xmodule/xml_block.py, XmlMixin.metadata_to_strip)."""
PLATFORM_POLICY = frozenset({"xml_attributes", "discussion_topics", "discussions_settings", "course_edit_method", "use_latex_compiler"})
"""Settings that the platform writes into every course's policy by itself."""
_DIGEST = 16


def settings_of(attributes: Mapping[str, str]) -> dict[str, str]:
    """A block's settings among the attributes of its element, by name."""
    return {name: attributes[name] for name in sorted(attributes) if name not in PLACE_ATTRIBUTES}


def inner_xml(element: etree._Element) -> str:
    """What is inside an element, as XML."""
    inside = "".join(etree.tostring(child, encoding="unicode") for child in element)
    return _escaped(element.text) + inside


def _strip(element: etree._Element) -> None:
    for node in element.iter():
        if node.text is not None and not node.text.strip() and len(node):
            node.text = None
        if node.tail is not None and not node.tail.strip():
            node.tail = None


def _escaped(text: str | None) -> str:
    holder = etree.Element("t")
    holder.text = text
    return etree.tostring(holder, encoding="unicode").removeprefix("<t>").removesuffix("</t>").removesuffix("<t/>")


def canonical_xml(tag: str, body: str) -> str:
    """XML in one of its many forms: attributes sorted, white space that only lays out removed."""
    element = etree.fromstring(f"<{tag}>{body}</{tag}>", _PARSER)
    if _BLANKS(element):  # what the parser leaves: it takes some white space beside text for text
        _strip(element)
    return str(etree.tostring(element, method="c14n", with_comments=True).decode())


def block_digest(block: Block) -> str:
    """Digest of a block by itself, whatever is below it, and in whatever form it was written.

    Of the course nothing but its settings counts: the platform names its wiki anew for every run (xmodule/modulestore/xml_importer.py).
    """
    if block.type == "course":
        return digest_of(settings_of(block.settings))
    body = block.body if block.type == "html" or not block.body else canonical_xml(block.type, block.body)
    told = (block.type, *(part for pair in settings_of(block.settings).items() for part in pair), body)
    return bytes_digest("\x1f".join(told).encode())


def digest_of(value: object) -> str:
    """16 hexadecimal digits over JSON."""
    return bytes_digest(json.dumps(value, sort_keys=True, ensure_ascii=False).encode())


def file_digest(path: str, content: bytes) -> str:
    """16 hexadecimal digits over a file; over the content of JSON, which the platform writes in its own way, but for static files."""
    if path.endswith(".json") and not path.startswith("static/"):
        try:
            return digest_of(json.loads(content))
        except ValueError:
            return bytes_digest(content)
    return bytes_digest(content)


def bytes_digest(content: bytes) -> str:
    """16 hexadecimal digits over bytes."""
    return hashlib.sha256(content).hexdigest()[:_DIGEST]


_BLANKS = etree.XPath("boolean(//text()[not(normalize-space())])")
_PARSER = etree.XMLParser(remove_blank_text=True, resolve_entities=False, no_network=True)
