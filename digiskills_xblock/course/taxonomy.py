"""A framework as a taxonomy of the platform's content tags: groups, their skills, the skills' facets.

The file is what openedx-core imports (openedx_tagging: import_export/parsers.py): ``id``, ``value``, ``parent_id``, parents first. A
skill's id is its code, which grading reads from a block's tags (setting ``DIGISKILLS_TAXONOMY``). Values are in both languages, since
courses of both share the taxonomy.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass

from digiskills_framework.types import Framework, LocalizedText

_RESERVED = str.maketrans({"\t": " ", ";": ",", ">": "›"})
"""What the platform keeps for itself in values (openedx_tagging: models/utils.py, RESERVED_TAG_CHARS)."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag; ``parent`` is the id of another one, empty at the top."""

    id: str
    value: str
    parent: str


def export_id(framework: Framework) -> str:
    """Under which the taxonomy is imported: the framework's id, the same for all its versions."""
    return framework.id


def tags_of(framework: Framework) -> tuple[Tag, ...]:
    """All tags of a framework, parents first."""
    found = []
    for group in framework.groups:
        found.append(Tag(f"group-{group.code}", _value(group.code, group.name), ""))
        for skill in framework.skills:
            if skill.group == group.code:
                found.append(Tag(skill.code, _value(skill.code, skill.name), f"group-{group.code}"))
                codes = ((f"{skill.code}/{facet.code}", facet.name) for facet in skill.facets)
                found.extend(Tag(code, _value(code, name), skill.code) for code, name in codes)
    return tuple(found)


def taxonomy_json(framework: Framework) -> bytes:
    """The taxonomy's file in JSON."""
    rows = [{"id": tag.id, "value": tag.value, **({"parent_id": tag.parent} if tag.parent else {})} for tag in tags_of(framework)]
    content = {"name": framework.title.vi, "description": framework.notice.vi, "tags": rows}
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def taxonomy_csv(framework: Framework) -> bytes:
    """The taxonomy's file in CSV."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(("id", "value", "parent_id"))
    writer.writerows((tag.id, tag.value, tag.parent) for tag in tags_of(framework))
    return target.getvalue().encode()


def _value(code: str, name: LocalizedText) -> str:
    texts = dict.fromkeys((name.vi, name.en))
    return f"{code} {' / '.join(texts)}".translate(_RESERVED)
