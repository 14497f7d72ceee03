"""What an import will do to the skills of an earlier framework: the map of codes, and the plan shown before anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from digiskills_framework.errors import Finding, InvalidTableError
from digiskills_framework.importing.cells import Cells
from digiskills_framework.importing.table import OfficialTable
from digiskills_framework.types import Framework, Succession

MAP_COLUMNS = ("old", "new")


@dataclass(frozen=True, slots=True)
class Move:
    """A skill of the earlier framework and where it goes."""

    old: str
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """Every skill, old and new, in exactly one place (a split skill's parts are in its move).

    Attributes:
        kept: same code and same Vietnamese name; evidence stays with it.
        renamed: one old skill becomes one new skill of another code or name.
        split: one old skill becomes several.
        merged: several old skills become one; a move for each old skill.
        removed: the map says that the skill ends.
        unmapped: the map says nothing; evidence under the code does not count in the new framework.
        added: new skills that no old skill leads to.
    """

    framework: str
    predecessor: str | None
    kept: tuple[str, ...]
    renamed: tuple[Move, ...]
    split: tuple[Move, ...]
    merged: tuple[Move, ...]
    removed: tuple[str, ...]
    unmapped: tuple[str, ...]
    added: tuple[str, ...]
    notices: tuple[str, ...]

    def succession(self) -> tuple[Succession, ...]:
        """The map to be written beside the framework, in the order of the old codes; unmapped skills are left out."""
        moves = (*self.renamed, *self.split, *self.merged)
        rows = [Succession(code, (code,)) for code in self.kept] + [Succession(move.old, move.new) for move in moves]
        rows += [Succession(code, ()) for code in self.removed]
        return tuple(sorted(rows, key=lambda row: row.old))

    def as_json(self) -> dict[str, object]:
        return {
            "framework": self.framework,
            "predecessor": self.predecessor,
            "kept": list(self.kept),
            "renamed": [{"old": move.old, "new": list(move.new)} for move in self.renamed],
            "split": [{"old": move.old, "new": list(move.new)} for move in self.split],
            "merged": [{"old": move.old, "new": list(move.new)} for move in self.merged],
            "removed": list(self.removed),
            "unmapped": list(self.unmapped),
            "added": list(self.added),
            "notices": list(self.notices),
        }


def read_map(cells: Cells, old: Framework, table: OfficialTable) -> dict[str, tuple[str, ...]]:
    """Read a map of codes: columns ``old`` and ``new``, one row a pair; several rows of one ``old`` split it, an empty ``new`` ends it.

    Raises:
        InvalidTableError: other columns, an unknown code, a pair given twice, or an old code that both ends and goes on.
    """
    if sorted(cells.columns) != sorted(MAP_COLUMNS):
        raise InvalidTableError.single(
            file=cells.file,
            path="row 1",
            value=", ".join(cells.columns),
            message="has other columns than a map",
            remedy="Name them: old, new",
        )
    old_codes, new_codes = set(old.codes), {skill.code for skill in table.skills}
    found: dict[str, tuple[str, ...]] = {}
    problems: list[Finding] = []
    for row in cells.rows:
        source, target = row.cells.get("old", ""), row.cells.get("new", "")
        if source not in old_codes:
            problems.append(
                cells.finding(
                    row.number, "old", source, f"is not a skill of {old.key}", "Correct the code, or name the framework with --from"
                )
            )
        if target and target not in new_codes:
            problems.append(
                cells.finding(
                    row.number, "new", target, f"is not a skill of {table.file}", "Correct the code, or add the skill to the table"
                )
            )
        if source in found and (not target or not found[source] or target in found[source]):
            problems.append(cells.finding(row.number, "old", source, "is mapped twice, or both ends and goes on", "Keep one of the rows"))
        found[source] = (*found.get(source, ()), *((target,) if target else ()))
    if problems:
        raise InvalidTableError(problems)
    return found


def make_plan(key: str, table: OfficialTable, old: Framework | None, mapped: Mapping[str, tuple[str, ...]]) -> ImportPlan:
    """Compare a table with the framework before it.

    Args:
        key: ``name/version`` of the framework to be written.
        old: the framework that evidence exists for; None for a first import.
        mapped: old code to new codes, from `read_map`. A skill that is not in it is kept when code and Vietnamese name agree.
    """
    names = {skill.code: skill.name.vi for skill in table.skills}
    old_names = {skill.code: skill.name.vi for skill in old.skills} if old else {}
    same = {code: (code,) for code, name in old_names.items() if code not in mapped and names.get(code) == name}
    moves = {**mapped, **same}
    arrivals = Counter(code for new in moves.values() for code in new)
    single = {code: new[0] for code, new in moves.items() if len(new) == 1}
    alone = {code: new for code, new in single.items() if arrivals[new] == 1}
    kept = {code for code, new in alone.items() if new == code and names[new] == old_names[code]}
    return ImportPlan(
        framework=key,
        predecessor=old.key if old else None,
        kept=tuple(sorted(kept)),
        renamed=tuple(Move(code, (new,)) for code, new in alone.items() if code not in kept),
        split=tuple(Move(code, new) for code, new in moves.items() if len(new) > 1),
        merged=tuple(Move(code, (new,)) for code, new in single.items() if arrivals[new] > 1),
        removed=tuple(sorted(code for code, new in moves.items() if not new)),
        unmapped=tuple(code for code in old_names if code not in moves),
        added=tuple(code for code in names if code not in arrivals),
        notices=table.notices,
    )
