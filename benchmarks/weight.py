"""How many bytes the page of one block is: what the browser loads for it, raw and under gzip -9."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from importlib.resources import files
from typing import Any

from benchmarks.blocks import OURS, PEER, TASK_ID
from benchmarks.runtime import call, make_accounts, render
from benchmarks.tables import Table, ratio
from digiskills_framework.tasks import load_task
from digiskills_xblock.browser_files import needed

ENGINE_GOAL = 12 * 1024
SKIN_GOAL = 5 * 1024
TASK_GOAL = 20 * 1024
APP_GOAL = 5 * 1024
Part = tuple[str, str, bytes]  # whose, what, bytes


def weight_table(ours: str, peer: str) -> Table:
    """Every part, then the sums."""
    (account,) = make_accounts(1)
    started, _ = call(ours, account, "start", {"run_kind": "counted", "language": "vi"})
    apps = len(started["payload"]["apps"])
    parts = [*_our_parts(ours, account, started), *_peer_parts(peer, account)]
    assert all(body for _, _, body in parts), [name for _, name, body in parts if not body]
    totals = {owner: _sum(body for whose, _, body in parts if whose == owner) for owner in (OURS, PEER)}
    rows = [[f"{owner}: {name}", f"{len(body):,}", f"{_packed(body):,}", ""] for owner, name, body in parts]
    rows += [[f"**{owner}: in all**", f"{raw:,}", f"{packed:,}", ratio(totals[OURS][1], packed)] for owner, (raw, packed) in totals.items()]
    ours_packed = {name: _packed(body) for owner, name, body in parts if owner == OURS}
    engine = ours_packed["player.js"] + ours_packed["player.css"]
    skin = max(packed for name, packed in ours_packed.items() if name.startswith("skins/"))
    return Table(
        title="Page weight of one block",
        head=("part", "bytes", "gzip -9", "ours against it"),
        rows=rows,
        notes=[
            f"Goal, gzip: engine and CSS {ENGINE_GOAL:,}; measured {engine:,}.",
            f"Goal, gzip: the skin of one kind of app {SKIN_GOAL:,}; measured {skin:,} for the largest of {TASK_ID}.",
            (
                f"Goal, gzip: a task {TASK_GOAL:,} in all with one app and {APP_GOAL:,} more for each further one: "
                f"{TASK_GOAL + APP_GOAL * (apps - 1):,} for {TASK_ID}, which has {apps}; measured {totals[OURS][1]:,}, up to its result."
            ),
            "The peer puts its scripts into the page, so that every unit loads them anew; ours are files that a browser keeps.",
            "Not counted: the peer's pictures and its catalogue of the learner's language; what the platform itself loads.",
        ],
    )


def _our_parts(usage_id: str, account_id: int, started: dict[str, Any]) -> list[Part]:
    fragment = render(usage_id, account_id)
    public = files("digiskills_xblock") / "public"
    names = ["player.js", "player.css", *(name for name in needed(load_task(TASK_ID)) if name != "way.js")]
    scripts = [(OURS, name, (public / name).read_bytes()) for name in names]
    return [*scripts, (OURS, "HTML and its data", _page(fragment)), (OURS, f"payload of {TASK_ID}", _json(started))]


def _peer_parts(usage_id: str, account_id: int) -> list[Part]:
    fragment = render(usage_id, account_id)
    package = files("drag_and_drop_v2")
    inline = "".join(
        resource.data for resource in fragment.resources if (resource.kind, resource.mimetype) == ("text", "application/javascript")
    )
    css = (package / "public" / "css" / "drag_and_drop.css").read_bytes()
    return [(PEER, "scripts in the page", inline.encode()), (PEER, "CSS", css), (PEER, "HTML and its data", _page(fragment))]


def _page(fragment: Any) -> bytes:
    content: str = fragment.content
    return content.encode() + _json(fragment.json_init_args)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _packed(body: bytes) -> int:
    return len(gzip.compress(body, compresslevel=9, mtime=0))


def _sum(bodies: Iterable[bytes]) -> tuple[int, int]:
    sizes = [(len(body), _packed(body)) for body in bodies]
    return sum(raw for raw, _ in sizes), sum(packed for _, packed in sizes)
