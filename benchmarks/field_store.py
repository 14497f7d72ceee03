"""Where the fields of blocks are during a benchmark: as in the LMS, and not as in the workbench, which reads a row for every field."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from workbench.models import XBlockState
from xblock.runtime import KeyValueStore


class FieldStore(KeyValueStore):  # type: ignore[misc]  # XBlock ships no types
    """Fields for one request: what an author sets is in memory, what a learner sets is one row, read once and written once at the end.

    The LMS does so with the modulestore's cache and with StudentModule (lms/djangoapps/courseware/model_data.py in edx-platform).
    """

    _authored: ClassVar[dict[Any, dict[str, Any]]] = {}

    def __init__(self) -> None:
        self._rows: dict[Any, tuple[XBlockState, dict[str, Any]]] = {}

    def get(self, key: Any) -> Any:
        return self._fields(key)[key.field_name]

    def has(self, key: Any) -> bool:
        return key.field_name in self._fields(key)

    def set(self, key: Any, value: Any) -> None:
        self.set_many({key: value})

    def set_many(self, update_dict: Mapping[Any, Any]) -> None:
        for key, value in update_dict.items():
            self._fields(key)[key.field_name] = value
        self._write({_owner(key) for key in update_dict})

    def delete(self, key: Any) -> None:
        del self._fields(key)[key.field_name]
        self._write({_owner(key)})

    def _fields(self, key: Any) -> dict[str, Any]:
        owner = _owner(key)
        if key.user_id is None:
            return self._authored.setdefault(owner, {})
        if owner not in self._rows:
            row = XBlockState.get_for_key(key)
            self._rows[owner] = (row, json.loads(row.state))
        return self._rows[owner][1]

    def _write(self, owners: Collection[Any]) -> None:
        for owner in self._rows.keys() & owners:
            row, fields = self._rows[owner]
            row.state = json.dumps(fields)
            row.save(update_fields=["state"])


def _owner(key: Any) -> Any:
    return key.scope, key.user_id, key.block_scope_id
