"""Names of the fictional world in a task's texts."""

from __future__ import annotations

import pytest

from digiskills_framework.pack_loader import load_pack
from digiskills_framework.strict_yaml import Source
from digiskills_framework.task_filling import with_world
from digiskills_framework.tasks import load_task

WORLD = load_pack("vn").world


@pytest.mark.parametrize(
    "written, read",
    [
        ("{@people.bach}", "Anh Bách"),
        ("{@people.bach} đang ở {@commune}.", "Anh Bách đang ở xã Đồi Sim."),
        ("Bạn là {@people.man}, ở {@hamlet}.", "Bạn là bà Mận, ở thôn 3."),
        ("Xong rồi. {@people.man} về.", "Xong rồi. Bà Mận về."),
        ("Bà dặn: “{@people.khe} ơi!”", "Bà dặn: “Em Khế ơi!”"),
        ("{mate} và {@people.sim}", "{mate} và chị Sim"),
    ],
)
def test_a_name_that_opens_a_sentence_has_a_capital_letter(written: str, read: str) -> None:
    filled = with_world(Source("task.yaml", {"title": {"vi": written, "en": written}}), WORLD).value
    assert filled == {"title": {"vi": read, "en": read}}


def test_what_is_no_text_keeps_the_name_as_it_is() -> None:
    filled = with_world(Source("task.yaml", {"vars": {"place": "{@commune}", "some": ["{@hamlet}"]}}), WORLD).value
    assert filled == {"vars": {"place": "xã Đồi Sim", "some": ["thôn 3"]}}


def test_a_choice_of_a_shipped_task_begins_with_a_capital_letter() -> None:
    assert "'vi': 'Anh Bách, cán bộ một cửa'" in str(load_task("T3-03").raw)
