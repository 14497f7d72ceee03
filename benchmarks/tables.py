"""Tables of results, as Markdown: the same text is printed and written."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from benchmarks.measuring import Sample

SAMPLE_HEAD = ("n", "median µs", "quartiles µs", "a CPU-second")


@frozen
class Table:
    """One section of the report. ``notes`` are sentences under the table: what was checked, what was left out."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()

    def markdown(self) -> str:
        """The section, ending in a newline."""
        lines = [f"## {self.title}", "", _line(self.head), _line(["---"] + ["---:"] * (len(self.head) - 1))]
        lines += [_line(row) for row in self.rows]
        if self.notes:
            lines += ["", *(f"- {note}" for note in self.notes)]
        return "\n".join([*lines, ""])


def sample_cells(sample: Sample) -> list[str]:
    """The cells under `SAMPLE_HEAD`."""
    first, third = sample.quartiles
    return [sample.n, f"{sample.median * 1e6:,.0f}", f"{first * 1e6:,.0f} … {third * 1e6:,.0f}", f"{sample.per_second:,.0f}"]


def ratio(ours: float, theirs: float) -> str:
    """``theirs`` over ``ours``: above 1, ours is the cheaper."""
    return f"{theirs / ours:.1f}"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
