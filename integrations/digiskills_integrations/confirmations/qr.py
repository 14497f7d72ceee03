"""The QR code of a record: the address of its verification page, with the digest of the version at hand. Pure."""

from __future__ import annotations

import segno

DIGEST_PARAMETER = "c"
# Modules of white around the code; scanners need four.
_QUIET_ZONE = 4


def document_url(page_url: str, digest: str) -> str:
    """The address that a document carries: whoever opens it learns whether the document is the newest version of its record.

    Args:
        page_url: absolute address of the record's verification page.
        digest: first characters of the version's digest.
    """
    return f"{page_url}?{DIGEST_PARAMETER}={digest}"


def qr_svg(text: str) -> str:
    """A QR code as an SVG element for a page, without size and without anything that would load from elsewhere.

    Dark on white whatever the page's colours are: many scanners cannot read the inverse. Error correction M (15 %) or better, for paper.
    """
    code = segno.make(text, error="m", micro=False)
    return code.svg_inline(border=_QUIET_ZONE, omitsize=True, dark="#000", light="#fff", svgclass=None, lineclass=None)
