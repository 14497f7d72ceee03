"""The two ways of writing a file: learner by learner, or everything in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from django.utils.translation import gettext as _

from digiskills_grading.errors import ImportRefused
from digiskills_grading.imports.applying import Target, apply
from digiskills_grading.imports.faults import Fault
from digiskills_grading.imports.planning import OUTCOMES, plan, stored_results
from digiskills_grading.imports.spool import Line, Settled, Spool
from digiskills_grading.transactions import learners_transaction, run_again

CHUNK = 1000  # rows looked up at once
GROUP_ROWS = 500  # rows of one transaction, at least all those of one learner
MAX_LEARNERS_AT_ONCE = 20_000  # whose locks one transaction may hold

Progress = Callable[[int], None]


class _NotAll(Exception):
    """A row was rejected after others of the same transaction were written; it is rolled back."""

    def __init__(self, settled: Settled) -> None:
        super().__init__()
        self.settled = settled


def look_through(spool: Spool, file_order: int, progress: Progress) -> None:
    """Gives every row the outcome that it would have now; writes nothing."""
    done, lines = 0, spool.lines()
    while chunk := list(islice(lines, CHUNK)):
        stored = stored_results(chunk)
        outcomes = []
        faults: list[tuple[int, Fault]] = []
        for line in chunk:
            try:
                outcomes.append((line.row, OUTCOMES[plan(line, stored, file_order).step]))
            except Fault as fault:
                faults.append((line.row, fault))
        spool.settle(Settled(tuple(outcomes), tuple(faults)))
        done += len(chunk)
        progress(done)


def write_by_learner(spool: Spool, target: Target, progress: Progress) -> None:
    """Writes the rows, those of some learners in a transaction. Broken off, it leaves whole transactions, and can be run again."""
    done = 0
    for group in _groups(spool.lines()):
        spool.settle(_write(group, target))
        done += len(group)
        progress(done)


def write_at_once(spool: Spool, target: Target, progress: Progress, filename: str) -> bool:
    """Writes all rows in one transaction; False, and nothing is written, if one cannot be.

    Raises:
        ImportRefused: more learners than one transaction may hold.
    """
    whom = spool.learners()
    if len(whom) > MAX_LEARNERS_AT_ONCE:
        remedy = _("Split the file, or import row by row: what is rejected can be sent again.")
        problem = _("there are too many learners for all or nothing (at most %d)") % MAX_LEARNERS_AT_ONCE
        raise ImportRefused(filename, problem, remedy, value=str(len(whom)))

    def transaction_of_ours() -> None:
        spool.reopen()
        done = 0
        with learners_transaction(whom):
            for group in _groups(spool.lines()):
                settled = apply(group, target)
                if settled.faults:
                    raise _NotAll(settled)
                spool.settle(settled)
                done += len(group)
                progress(done)

    try:
        run_again(transaction_of_ours, about=f"all rows of import {target.batch}")
    except _NotAll as stopped:  # another import was faster since the rows were looked through
        spool.settle(stopped.settled)
        return False
    return True


def _write(group: list[Line], target: Target) -> Settled:
    def transaction_of_ours() -> Settled:
        with learners_transaction({line.learner for line in group}):
            return apply(group, target)

    return run_again(transaction_of_ours, about=f"{len(group)} rows of import {target.batch}")


def _groups(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """The rows, sorted by learner, in groups of `GROUP_ROWS` and more that never part a learner's rows."""
    group: list[Line] = []
    for line in lines:
        if len(group) >= GROUP_ROWS and line.learner != group[-1].learner:
            yield group
            group = []
        group.append(line)
    if group:
        yield group
