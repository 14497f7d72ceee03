"""A task instantiated for one attempt: what its seed drew, and the opaque ids of its payload."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from digiskills_simulator.logic import Value
from digiskills_simulator.machine import Action
from digiskills_simulator.prng import Stream
from digiskills_simulator.task import CompiledTask
from digiskills_simulator.texts import cut, digit_runs
from digiskills_simulator.trace import Trace
from digiskills_simulator.variables import Drawn, draw_all

MAX_SEED = 2**63 - 1

_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
_ID_LENGTH = 4


@dataclass(frozen=True)
class Scenario:
    """One task and one seed.

    ``drawn`` holds the variables by name; localized texts are mappings, everything else is an int, bool or str.
    """

    task: CompiledTask
    seed: int
    drawn: Drawn

    @cached_property
    def values(self) -> dict[str, Value]:
        """The variables that expressions can read."""
        return {name: value for name, value in self.drawn.items() if not isinstance(value, Mapping)}

    @cached_property
    def aliases(self) -> dict[str, str]:
        """Opaque id by ``app:x``, ``screen:x``, ``widget:x``, ``option:widget/x``, ``notice:x``, ``symbol:x``."""
        stream = Stream(self.seed, "ids")
        taken: set[str] = set()
        aliases = {}
        words = self.task.program.symbols | {str(value) for name, value in self.values.items() if self.task.types[name] == "sym"}
        for name in (*self.task.program.names, *(f"symbol:{word}" for word in sorted(words))):
            alias = _draw_id(stream)
            while alias in taken:
                alias = _draw_id(stream)
            taken.add(alias)
            aliases[name] = alias
        return aliases

    @cached_property
    def originals(self) -> dict[str, str]:
        """The author's name, without its prefix, by opaque id."""
        return {alias: name.partition(":")[2] for name, alias in self.aliases.items()}

    @cached_property
    def exempt(self) -> frozenset[str]:
        """Digit runs that belong to the scenario and so are not cut from a trace."""
        found: set[str] = set()
        for value in self.drawn.values():
            for text in value.values() if isinstance(value, Mapping) else [str(value)]:
                found |= digit_runs(text)
        for segments in self.task.brief.values():
            for segment in segments:
                found |= digit_runs(segment) if isinstance(segment, str) else set()
        return self.task.program.digit_runs | found

    def symbol(self, word: str) -> str:
        """The opaque form of a symbol."""
        return self.aliases[f"symbol:{word}"]

    def resolve(self, action: Action) -> Action:
        """An action of the payload in the author's ids; what is unknown becomes a name that exists nowhere."""
        target = self.originals.get(action.target, "") if action.target else ""
        if action.kind not in ("choose", "scan") or action.detail in ("on", "off"):
            return Action(action.kind, target, action.detail)
        widget, _, option = self.originals.get(action.detail, "").partition("/")
        return Action(action.kind, target, option if widget == target else "")


def instantiate(task: CompiledTask, seed: int) -> Scenario:
    """Draw the variables of a task.

    Args:
        task: a compiled task.
        seed: 0 … 2**63 - 1; the same seed always gives the same scenario.

    Raises:
        ValueError: a seed out of range.
    """
    if not 0 <= seed <= MAX_SEED:
        raise ValueError(f"a seed is 0 to {MAX_SEED}")
    return Scenario(task, seed, draw_all(task.variables, seed))


def sanitize_trace(scenario: Scenario, trace: Trace) -> Trace:
    """Cut what looks like a real number from typed texts. Idempotent; the same cut each time."""
    if not any(action.kind == "type" for action in trace.actions):
        return trace
    kinds = scenario.task.program.input_kinds

    def cleaned(action: Action) -> Action:
        if action.kind != "type":
            return action
        kind = kinds.get(scenario.originals.get(action.target, ""), "text")
        return action._replace(detail=cut(action.detail, kind, scenario.exempt))

    return Trace(tuple(cleaned(action) for action in trace.actions))


def _draw_id(stream: Stream) -> str:
    number = stream.below(len(_ALPHABET) ** _ID_LENGTH)
    letters = []
    for _ in range(_ID_LENGTH):
        number, index = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[index])
    return "".join(letters)
