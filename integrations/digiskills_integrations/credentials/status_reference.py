"""How a record names its bits in the published status lists."""

from __future__ import annotations

from typing import Final, Literal

import attrs

from digiskills_integrations.canonical import JsonObject

Purpose = Literal["revocation", "suspension"]
PURPOSES: Final[tuple[Purpose, ...]] = ("revocation", "suspension")


@attrs.frozen
class StatusEntryRef:
    """One entry of one list, as a record names it. ``list_url`` is the absolute address of the list's credential."""

    purpose: Purpose
    list_url: str
    index: int

    @property
    def id(self) -> str:
        """The entry's own id, which must differ from the list's address."""
        return f"{self.list_url}#{self.index}"

    def to_json(self) -> JsonObject:
        """The entry as a member of ``credentialStatus``; the index is a string there."""
        return {
            "id": self.id,
            "type": "BitstringStatusListEntry",
            "statusPurpose": self.purpose,
            "statusListIndex": str(self.index),
            "statusListCredential": self.list_url,
        }


@attrs.frozen
class StatusRef:
    """All entries of one record: one a purpose, in the order of ``PURPOSES``."""

    entries: tuple[StatusEntryRef, ...]

    def to_json(self) -> list[JsonObject]:
        """The value of ``credentialStatus``."""
        return [entry.to_json() for entry in self.entries]
