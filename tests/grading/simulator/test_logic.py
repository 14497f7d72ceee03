"""Expressions: typed before they run, total afterwards, and folding never changes a value."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digiskills_simulator.logic import INT_MAX, Checker, ExpressionError, Type, Value, compile_node, fold, to_json

TYPES: dict[str, Type] = {"n": "int", "m": "int", "b": "bool", "s": "str", "w": "sym", "t": "text"}
INTS = st.integers(-INT_MAX, INT_MAX)
ENVIRONMENTS = st.fixed_dictionaries({"n": INTS, "m": INTS, "b": st.booleans(), "s": st.text(max_size=5), "w": st.sampled_from(["x", "y"])})


def evaluate(expression: object, **env: Value) -> Value:
    return compile_node(Checker(TYPES).check(expression))(dict(env))


INT_EXPRESSIONS = st.recursive(
    INTS | st.sampled_from([{"var": "n"}, {"var": "m"}]),
    lambda inner: st.builds(lambda op, left, right: {op: [left, right]}, st.sampled_from("+-*"), inner, inner),
    max_leaves=6,
)
BOOL_LEAVES = (
    st.booleans()
    | st.just({"var": "b"})
    | st.just({"===": [{"var": "w"}, "x"]})
    | st.just({"in": [{"var": "w"}, ["x", "z"]]})
    | st.just({"in": ["a", {"var": "s"}]})
    | st.builds(
        lambda op, left, right: {op: [left, right]}, st.sampled_from(["===", "!==", "<", "<=", ">", ">="]), INT_EXPRESSIONS, INT_EXPRESSIONS
    )
)
BOOL_EXPRESSIONS = st.recursive(
    BOOL_LEAVES,
    lambda inner: (
        st.builds(lambda op, args: {op: args}, st.sampled_from(["and", "or"]), st.lists(inner, min_size=1, max_size=3))
        | st.builds(lambda arg: {"!": [arg]}, inner)
    ),
    max_leaves=6,
)


def depth(expression: Any) -> int:
    if not isinstance(expression, dict):
        return 0
    ((op, args),) = expression.items()
    return 1 if op == "var" else 1 + max(depth(arg) for arg in args)


@given(BOOL_EXPRESSIONS.filter(lambda item: depth(item) <= 7), ENVIRONMENTS, st.sets(st.sampled_from(sorted(TYPES))))
def test_folding_what_is_known_never_changes_the_value(expression: object, env: dict[str, Value], known: set[str]) -> None:
    node = Checker(TYPES).check(expression, "bool")
    folded = fold(node, {name: env[name] for name in known if name in env})
    assert compile_node(folded)(dict(env)) == compile_node(node)(dict(env))
    assert known.isdisjoint(folded.names())


@given(BOOL_EXPRESSIONS.filter(lambda item: depth(item) <= 7), ENVIRONMENTS)
def test_an_expression_written_back_means_the_same(expression: object, env: dict[str, Value]) -> None:
    written = to_json(Checker(TYPES).check(expression), lambda name: name, lambda word: word)
    assert evaluate(json.loads(json.dumps(written)), **env) == evaluate(expression, **env)


@given(INT_EXPRESSIONS.filter(lambda item: depth(item) <= 7), ENVIRONMENTS)
def test_integers_stay_where_javascript_is_exact(expression: object, env: dict[str, Value]) -> None:
    value = evaluate(expression, **env)
    assert isinstance(value, int)
    assert abs(value) <= INT_MAX


@pytest.mark.parametrize(
    "expression, value",
    [
        ({"+": [INT_MAX, 1]}, INT_MAX),
        ({"*": [-INT_MAX, 2]}, -INT_MAX),
        ({"-": [5, 7]}, -2),
        ({"in": ["lua", {"var": "s"}]}, True),
        ({"and": [True, {"!": [{"var": "b"}]}]}, False),
        ({"!": {"var": "b"}}, False),
    ],
)
def test_values(expression: object, value: Value) -> None:
    assert evaluate(expression, n=1, m=2, b=True, s="lừa đảo lua", w="x") == value


@pytest.mark.parametrize(
    "expression, complaint",
    [
        ({"===": [{"var": "n"}, "1"]}, "compares int with str"),
        ({"===": [{"var": "b"}, 1]}, "compares bool with int"),
        ({"<": [{"var": "s"}, "a"]}, "int is needed"),
        ({"and": [1]}, "bool is needed"),
        ({"var": "nowhere"}, "unknown name"),
        ({"var": "t"}, "two languages"),
        ({"did": "button"}, "only goals and hazards"),
        ({"matches": ["a", "b"]}, "unknown operator"),
        ({"==": [1, 1]}, "unknown operator"),
        ({"and": []}, "arguments"),
        ({"and": [True] * 13}, "arguments"),
        ({"in": [{"var": "n"}, ["x"]]}, "another type"),
        ({"in": [{"var": "w"}, []]}, "literals"),
        (INT_MAX + 1, "beyond"),
        (1.5, "neither a literal"),
        (None, "neither a literal"),
        ({"a": 1, "b": 2}, "one operator"),
        ("Lu\u031bu", "NFC"),
    ],
)
def test_what_is_not_of_the_language_is_refused(expression: object, complaint: str) -> None:
    with pytest.raises(ExpressionError, match=complaint):
        Checker(TYPES).check(expression)


def test_depth_is_bounded() -> None:
    deep: object = {"var": "b"}
    for _ in range(9):
        deep = {"!": [deep]}
    with pytest.raises(ExpressionError, match="deep"):
        Checker(TYPES).check(deep)
