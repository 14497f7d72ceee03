"""Where the demo's blocks keep their fields: what the course says in memory, what learners did in the workbench's table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from threading import Lock
from typing import Any

from workbench.models import XBlockState
from xblock.field_data import SplitFieldData
from xblock.fields import Scope
from xblock.runtime import DictKeyValueStore, KeyValueStore, KvsFieldData

_SCOPE = "usage"
_writing = Lock()
_course = DictKeyValueStore()


class LearnerStore(KeyValueStore):  # type: ignore[misc]  # XBlock ships no types
    """What a learner did at a block, in one row as JSON.

    The workbench's own store makes a row whenever it looks for one, and the table has no unique key: two requests at once would leave
    two rows. Here looking makes none, and one thread writes at a time.
    """

    def get(self, key: KeyValueStore.Key) -> Any:
        return _state(key)[key.field_name]

    def has(self, key: KeyValueStore.Key) -> bool:
        return key.field_name in _state(key)

    def default(self, key: KeyValueStore.Key) -> Any:
        raise KeyError(key.field_name)

    def set(self, key: KeyValueStore.Key, value: Any) -> None:
        self.set_many({key: value})

    def set_many(self, update_dict: Mapping[KeyValueStore.Key, Any]) -> None:
        with _writing:
            for key, value in update_dict.items():
                _write(key, {**_state(key), key.field_name: value})

    def delete(self, key: KeyValueStore.Key) -> None:
        with _writing:
            state = _state(key)
            del state[key.field_name]
            _write(key, state)


def learner_states(user_id: int) -> dict[str, dict[str, Any]]:
    """All that a learner did, by usage key: names of fields and their values."""
    rows = XBlockState.objects.filter(scope=_SCOPE, user_id=str(user_id)).values_list("scope_id", "state")
    return {scope_id: json.loads(state) for scope_id, state in rows}


def field_data() -> SplitFieldData:
    """For a runtime: fields of the course are shared by the process, those of a learner are the table's."""
    course, learner = KvsFieldData(_course), KvsFieldData(LearnerStore())
    shared = (Scope.content, Scope.settings, Scope.parent, Scope.children)
    return SplitFieldData({**dict.fromkeys(shared, course), Scope.user_state: learner})


def _state(key: KeyValueStore.Key) -> dict[str, Any]:
    found = XBlockState.objects.filter(scope=_SCOPE, scope_id=key.block_scope_id, user_id=key.user_id).values_list("state", flat=True)
    state: dict[str, Any] = json.loads(found.first() or "{}")
    return state


def _write(key: KeyValueStore.Key, state: Mapping[str, Any]) -> None:
    """Writes without having read in the same transaction: SQLite refuses at once, without waiting, to turn a reader into a writer."""
    written = json.dumps(state, sort_keys=True)
    if not XBlockState.objects.filter(scope=_SCOPE, scope_id=key.block_scope_id, user_id=key.user_id).update(state=written):
        XBlockState.objects.create(scope=_SCOPE, scope_id=key.block_scope_id, user_id=key.user_id, state=written)
