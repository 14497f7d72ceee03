"""From a published document's file to `digiskills_framework.types.Document`."""

from __future__ import annotations

from pathlib import Path

from digiskills_framework.contradictions import Contradictions, Raw, localized, optional_localized
from digiskills_framework.library import find, read_entry
from digiskills_framework.shapes import check_shape
from digiskills_framework.types import Audience, Document, DocumentAudience, DocumentGroup, DocumentRow


def load_document(document_id: str, extra: tuple[Path, ...] = ()) -> Document:
    """Read one published document.

    Raises:
        FrameworkDataError: unknown, unreadable or contradictory; see its subclasses.
    """
    entry = find("documents", document_id, extra)
    source = read_entry(entry)[""]
    raw = check_shape(source, "document-1")
    notes = Contradictions()
    notes.equal(source, ("id",), raw["id"], entry.key)
    groups = raw["groups"]
    notes.unique(source, ((("groups", g, "rows", r), row["code"]) for g, group in enumerate(groups) for r, row in enumerate(group["rows"])))
    for g, group in enumerate(groups):
        for r, row in enumerate(group["rows"]):
            if row["seen"] and not (row["name_vi"] or row["name_en"]):
                notes.add(
                    source,
                    ("groups", g, "rows", r),
                    row["code"],
                    "is marked as seen without a wording",
                    "Write the wording, or seen: false",
                )
    notes.check()
    return _document(raw)


def _document(raw: Raw) -> Document:
    return Document(
        id=raw["id"],
        title_vi=raw["title_vi"],
        title_en=raw["title_en"],
        issued=raw["issued"],
        issuer=raw["issuer"],
        rows_known=raw["rows_known"],
        source=raw["source"],
        unknown=optional_localized(raw["unknown"]),
        audiences=tuple(
            DocumentAudience(code=item["code"], audience=Audience(item["audience"]), name=localized(item["name"]))
            for item in raw["audiences"]
        ),
        groups=tuple(
            DocumentGroup(
                code=group["code"],
                name_vi=group["name_vi"],
                name_en=group["name_en"],
                rows=tuple(DocumentRow(**row) for row in group["rows"]),
            )
            for group in raw["groups"]
        ),
    )
