"""Expressions: a strict subset of JsonLogic's syntax, typed before they run (docs/reference/engine.md §2).

An expression is checked once, against the types of the names it may use. What passes is total: no value of these types can make
it fail, integers are clamped instead of overflowing.
"""

from __future__ import annotations

import operator
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, cast

INT_MAX = 2**53 - 1
MAX_DEPTH = 8
MAX_ARGUMENTS = 12

Type = Literal["int", "bool", "str", "sym", "text"]
Value = int | bool | str
Env = dict[str, object]
Evaluate = Callable[[Env], Value]

BUILTINS: Mapping[str, Type] = {"$steps": "int", "$waits": "int"}
TRACE_OPERATORS = frozenset({"did", "times", "before", "seen"})
TRACE_KEY = "#trace"
_COMPARISONS = frozenset({"<", "<=", ">", ">="})
_ARITHMETIC = frozenset({"+", "-", "*"})


class ExpressionError(ValueError):
    """An expression that is not of the language, or not of the type its place demands."""


@dataclass(frozen=True, slots=True)
class Node:
    """A checked expression. ``op`` is an operator, ``const`` or ``var``; ``value`` is the constant, or the name."""

    op: str
    type: Type
    args: tuple[Node, ...] = ()
    value: Value = 0

    def names(self) -> Iterator[str]:
        """Every variable read, with repetitions."""
        if self.op == "var":
            yield str(self.value)
        for arg in self.args:
            yield from arg.names()

    def symbols(self) -> Iterator[str]:
        """Every literal symbol, with repetitions."""
        if self.op == "const" and self.type == "sym":
            yield str(self.value)
        for arg in self.args:
            yield from arg.symbols()

    @property
    def constant(self) -> Value | None:
        return self.value if self.op == "const" else None


def const(value: Value, kind: Type | None = None) -> Node:
    """A literal; a string is a ``str`` unless told otherwise."""
    return Node("const", kind or type_of(value), value=value)


def type_of(value: Value) -> Type:
    if isinstance(value, bool):
        return "bool"
    return "int" if isinstance(value, int) else "str"


def clamp(number: int) -> int:
    """Into -(2**53 - 1) … 2**53 - 1, where JavaScript's numbers are exact."""
    return max(-INT_MAX, min(INT_MAX, number))


@dataclass(frozen=True, slots=True)
class TraceNames:
    """The widgets and screens that the trace operators of goals and hazards may name."""

    widgets: frozenset[str]
    screens: frozenset[str]


class Checker:
    """Checks expressions against the types of the names in scope; with ``trace`` also the operators over the trace."""

    def __init__(self, types: Mapping[str, Type], trace: TraceNames | None = None) -> None:
        self._types = types
        self._trace = trace

    def check(self, expression: object, wanted: Type | None = None) -> Node:
        """Check one expression.

        Args:
            expression: as read from YAML or JSON.
            wanted: the type its place demands; a string literal becomes a ``sym`` where one is wanted.

        Raises:
            ExpressionError: what is wrong, in one sentence.
        """
        node = self._node(expression, wanted, MAX_DEPTH)
        if wanted is not None and node.type != wanted:
            raise ExpressionError(f"is {node.type}, but {wanted} is needed here")
        return node

    def _node(self, expression: object, wanted: Type | None, depth: int) -> Node:
        if isinstance(expression, bool | int | str):
            return _literal(expression, wanted)
        if not isinstance(expression, Mapping) or len(expression) != 1:
            raise ExpressionError("is neither a literal nor a mapping with one operator")
        if depth == 0:
            raise ExpressionError(f"is nested more than {MAX_DEPTH} deep")
        ((op, raw),) = expression.items()
        if op == "var":
            return self._variable(raw)
        if op in TRACE_OPERATORS:
            return self._over_trace(str(op), raw)
        args = list(raw) if isinstance(raw, list) else [raw]
        if not 1 <= len(args) <= MAX_ARGUMENTS:
            raise ExpressionError(f"'{op}' has {len(args)} arguments; 1 to {MAX_ARGUMENTS} are allowed")
        return self._operator(str(op), args, depth - 1)

    def _variable(self, name: object) -> Node:
        if not isinstance(name, str) or name not in self._types:
            raise ExpressionError(f"unknown name {name!r}")
        kind = self._types[name]
        if kind == "text":
            raise ExpressionError(f"{name!r} is a text in two languages; it can be shown, not compared")
        return Node("var", kind, value=name)

    def _over_trace(self, op: str, raw: object) -> Node:
        if self._trace is None:
            raise ExpressionError(f"'{op}' looks at the trace; only goals and hazards may")
        names = raw if isinstance(raw, list) else [raw]
        known = self._trace.screens if op == "seen" else self._trace.widgets
        if len(names) != (2 if op == "before" else 1) or any(name not in known for name in names):
            raise ExpressionError(
                f"'{op}' needs {'two widgets' if op == 'before' else 'a screen' if op == 'seen' else 'a widget'}; unknown: {names!r}"
            )
        return Node(op, "int" if op == "times" else "bool", tuple(const(str(name)) for name in names))

    def _operator(self, op: str, raw: list[object], depth: int) -> Node:
        if op in ("and", "or"):
            return Node(op, "bool", tuple(self._typed(arg, "bool", depth) for arg in raw))
        if op == "!":
            return Node(op, "bool", self._exactly(op, raw, 1, "bool", depth))
        if op in _COMPARISONS:
            return Node(op, "bool", self._exactly(op, raw, 2, "int", depth))
        if op in _ARITHMETIC:
            return Node(op, "int", self._exactly(op, raw, 2, "int", depth))
        if op in ("===", "!=="):
            return Node(op, "bool", self._same_type(op, raw, depth))
        if op == "in":
            return self._membership(raw, depth)
        raise ExpressionError(f"unknown operator {op!r}")

    def _typed(self, raw: object, wanted: Type, depth: int) -> Node:
        node = self._node(raw, wanted, depth)
        if node.type != wanted:
            raise ExpressionError(f"{raw!r} is {node.type}, but {wanted} is needed")
        return node

    def _exactly(self, op: str, raw: list[object], count: int, kind: Type, depth: int) -> tuple[Node, ...]:
        if len(raw) != count:
            raise ExpressionError(f"'{op}' needs {count} argument{'s' if count > 1 else ''}")
        return tuple(self._typed(arg, kind, depth) for arg in raw)

    def _same_type(self, op: str, raw: list[object], depth: int) -> tuple[Node, ...]:
        if len(raw) != 2:
            raise ExpressionError(f"'{op}' needs 2 arguments")
        left, right = (self._node(arg, None, depth) for arg in raw)
        if left.type == "sym" or right.type == "sym":
            left, right = _as_symbol(left), _as_symbol(right)
        if left.type != right.type:
            raise ExpressionError(f"'{op}' compares {left.type} with {right.type}")
        return left, right

    def _membership(self, raw: list[object], depth: int) -> Node:
        if len(raw) != 2:
            raise ExpressionError("'in' needs 2 arguments")
        if not isinstance(raw[1], list):
            return Node("in", "bool", (self._typed(raw[0], "str", depth), self._typed(raw[1], "str", depth)))
        if not 1 <= len(raw[1]) <= MAX_ARGUMENTS:
            raise ExpressionError(f"the list of 'in' has 1 to {MAX_ARGUMENTS} literals")
        needle = self._node(raw[0], None, depth)
        items = tuple(_literal(item, needle.type) for item in raw[1])
        if any(item.type != needle.type for item in items):
            raise ExpressionError(f"'in' looks for {needle.type} in a list of another type")
        return Node("in-list", "bool", (needle, *items))


def _literal(value: object, wanted: Type | None) -> Node:
    if isinstance(value, bool):
        return const(value)
    if isinstance(value, int):
        if abs(value) > INT_MAX:
            raise ExpressionError(f"{value} is beyond ±(2^53-1)")
        return const(value)
    if isinstance(value, str):
        if not unicodedata.is_normalized("NFC", value):
            raise ExpressionError(f"{value!r} is not in NFC")
        return const(value, "sym" if wanted == "sym" else "str")
    raise ExpressionError(f"{value!r} is not a literal")


def _as_symbol(node: Node) -> Node:
    return Node("const", "sym", value=node.value) if node.op == "const" and node.type == "str" else node


def fold(node: Node, constants: Mapping[str, Value]) -> Node:
    """Replace the names in ``constants`` by their values and evaluate what no longer depends on anything."""
    if node.op == "const":
        return node
    if node.op == "var":
        name = str(node.value)
        return Node("const", node.type, value=constants[name]) if name in constants else node
    if node.op in TRACE_OPERATORS:
        return node
    args = tuple(fold(arg, constants) for arg in node.args)
    if node.op in ("and", "or"):
        return _fold_junction(node.op, args)
    folded = Node(node.op, node.type, args)
    return Node("const", node.type, value=compile_node(folded)({})) if all(arg.op == "const" for arg in args) else folded


def _fold_junction(op: str, args: tuple[Node, ...]) -> Node:
    decisive = op == "or"
    open_args = tuple(arg for arg in args if arg.constant is not (not decisive))
    if any(arg.constant is decisive for arg in open_args):
        return const(decisive)
    if not open_args:
        return const(not decisive)
    return open_args[0] if len(open_args) == 1 else Node(op, "bool", open_args)


def to_json(node: Node, rename: Callable[[str], str], symbol: Callable[[str], str]) -> object:
    """The expression in JsonLogic's syntax again, with variables and symbols renamed."""
    if node.op == "const":
        return symbol(str(node.value)) if node.type == "sym" else node.value
    if node.op == "var":
        return {"var": rename(str(node.value))}
    args = [to_json(arg, rename, symbol) for arg in node.args]
    if node.op == "in-list":
        return {"in": [args[0], args[1:]]}
    return {node.op: args}


def compile_node(node: Node) -> Evaluate:
    """Turn a checked expression into a function of the environment; it never fails on values of the types declared."""
    if node.op == "const":
        value = node.value
        return lambda env: value
    if node.op == "var":
        name = str(node.value)
        return lambda env: env[name]  # type: ignore[return-value]  # the checker knows the type of every name
    if node.op in TRACE_OPERATORS:
        return _compile_trace(node)
    if node.op == "in-list":
        needle, items = compile_node(node.args[0]), frozenset(arg.value for arg in node.args[1:])
        return lambda env: needle(env) in items
    return _compile_operator(node.op, [compile_node(arg) for arg in node.args])


def _compile_operator(op: str, args: list[Evaluate]) -> Evaluate:
    if op == "and":
        return lambda env: all(arg(env) for arg in args)
    if op == "or":
        return lambda env: any(arg(env) for arg in args)
    left = args[0]
    if op == "!":
        return lambda env: not left(env)
    right = args[1]
    if op == "===":
        return lambda env: left(env) == right(env)
    if op == "!==":
        return lambda env: left(env) != right(env)
    if op == "in":
        return lambda env: str(left(env)) in str(right(env))
    return _compile_integers(op, left, right)


def _compile_integers(op: str, left: Evaluate, right: Evaluate) -> Evaluate:
    # The checker admits integers only, so that the casts hold.
    of_two, first, second = _OF_INTEGERS[op], cast("Callable[[Env], int]", left), cast("Callable[[Env], int]", right)
    return lambda env: of_two(first(env), second(env))


_OF_INTEGERS: Mapping[str, Callable[[int, int], Value]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "+": lambda left, right: clamp(left + right),
    "-": lambda left, right: clamp(left - right),
    "*": lambda left, right: clamp(left * right),
}


class TraceView:
    """What goals and hazards may know of the trace: which widgets took effect, when first, how often; which screens were entered."""

    __slots__ = ("counts", "first", "screens")

    def __init__(self) -> None:
        self.first: dict[str, int] = {}
        self.counts: dict[str, int] = {}
        self.screens: set[str] = set()

    def took_effect(self, widget: str, step: int) -> None:
        self.first.setdefault(widget, step)
        self.counts[widget] = self.counts.get(widget, 0) + 1

    def before(self, earlier: str, later: str) -> bool:
        if earlier not in self.first:
            return False
        return later not in self.first or self.first[earlier] < self.first[later]


def _compile_trace(node: Node) -> Evaluate:
    names = [str(arg.value) for arg in node.args]
    name = names[0]
    if node.op == "before":
        other = names[1]
        return lambda env: _view(env).before(name, other)
    if node.op == "seen":
        return lambda env: name in _view(env).screens
    if node.op == "times":
        return lambda env: _view(env).counts.get(name, 0)
    return lambda env: name in _view(env).first


def _view(env: Env) -> TraceView:
    view = env[TRACE_KEY]
    if not isinstance(view, TraceView):
        raise TypeError("the environment of goals and hazards holds a TraceView")
    return view
