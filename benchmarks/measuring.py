"""CPU time of a piece of work: how often, the median, the spread. Wall time says nothing on a machine that others use too."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping, Sequence

from attrs import frozen

Work = Callable[[], object]


@frozen
class Sample:
    """CPU seconds of one piece of work.

    Attributes:
        seconds: one entry a measurement: the mean over the measurement's repetitions.
        repetitions: how often the work ran in each measurement.
    """

    seconds: tuple[float, ...]
    repetitions: int

    @property
    def median(self) -> float:
        """CPU seconds."""
        return statistics.median(self.seconds)

    @property
    def quartiles(self) -> tuple[float, float]:
        """The first and the third, in CPU seconds."""
        first, _, third = statistics.quantiles(self.seconds, n=4, method="inclusive")
        return first, third

    @property
    def per_second(self) -> float:
        """How often the work is done in a CPU second."""
        return 1 / self.median

    @property
    def n(self) -> str:
        """Measurements × repetitions."""
        return f"{len(self.seconds)} × {self.repetitions}"


def measure(works: Mapping[str, Work], *, rounds: int, repetitions: int) -> dict[str, Sample]:
    """Measures several works in turn, so that what disturbs the machine disturbs them alike.

    Args:
        works: each is run once before the clock starts (caches, lazy imports).
        rounds: measurements of each work, at least 2.
        repetitions: runs in one measurement.
    """
    for work in works.values():
        work()
    times: dict[str, list[float]] = {name: [] for name in works}
    gc.collect()
    for _ in range(rounds):
        for name, work in works.items():
            started = time.process_time()
            for _ in range(repetitions):
                work()
            times[name].append((time.process_time() - started) / repetitions)
    return {name: Sample(tuple(seconds), repetitions) for name, seconds in times.items()}


def measure_once_each(prepared: Mapping[str, Sequence[Work]]) -> dict[str, Sample]:
    """Measures works that can be done only once each, such as the submission of an attempt; several kinds in turn.

    Args:
        prepared: for each kind the same number of works, at least 3; the first of each kind is not counted.
    """
    times: dict[str, list[float]] = {name: [] for name in prepared}
    gc.collect()
    for turn in zip(*prepared.values(), strict=True):
        for name, work in zip(prepared, turn, strict=True):
            started = time.process_time()
            work()
            times[name].append(time.process_time() - started)
    return {name: Sample(tuple(seconds[1:]), 1) for name, seconds in times.items()}
