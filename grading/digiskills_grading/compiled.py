"""Reads whose SQL Django makes once a process: for the way of every submission, where making it costs more than running it.

Django turns a query set into SQL anew each time, which takes five to ten times the CPU of the query itself (see
docs/decisions/0016). A `CompiledRead` lets it do so once, with marks in place of the values, and then runs the same SQL with the
values of the day. The query set stays an ordinary one, and so do what fields do on the way in and out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Any, TypeVar

from attrs import define, field, frozen
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler

# Far from anything that a query set itself contains, and inside the range of a bigint.
_FIRST_NUMBER_MARK = -(2**62)
_TEXT_MARK = "\x01value {}"

Value = int | str
M = TypeVar("M", bound=Model)


@frozen
class _Statement:
    """SQL of one database.

    Attributes:
        params: what stands in the SQL itself; a place of the caller's values is named in ``places``.
        places: by index of a parameter the index of the caller's value that belongs there.
        converters: what makes Python values of what the driver gives, by index of the column.
    """

    sql: str
    params: tuple[Any, ...]
    places: dict[int, int]
    converters: Any
    compiler: SQLCompiler

    def rows(self, values: tuple[Value, ...]) -> list[tuple[Any, ...]]:
        params = [values[self.places[index]] if index in self.places else param for index, param in enumerate(self.params)]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            found: Iterable[Any] = cursor.fetchall()
        return [tuple(row) for row in self.compiler.apply_converters(found, self.converters)] if self.converters else list(found)


@define
class CompiledRead:
    """A query that returns rows of values, as ``values_list`` does.

    Attributes:
        make: the query set for given values, ending in ``values_list``. Each value is compared as it is, so that it appears among the
            parameters of the SQL; the query set must be the same whatever the values are.
        kinds: of each value whether it is an ``int``, compared with a bigint column such as an id, or a ``str``, which goes to the database
            as it is given.
    """

    make: Callable[..., QuerySet[Any, tuple[Any, ...]]]
    kinds: tuple[type[Value], ...]
    _statements: dict[str, _Statement] = field(factory=dict, init=False)

    def __call__(self, *values: Value) -> list[tuple[Any, ...]]:
        """The rows for these values, as many as there are `kinds`.

        Raises:
            TypeError: ``make`` does not do what it should; at the first call.
        """
        statement = self._statements.get(connection.vendor)
        if statement is None:
            statement = self._statements[connection.vendor] = self._compile()
        return statement.rows(values)

    def _compile(self) -> _Statement:
        marks = [_FIRST_NUMBER_MARK + index if kind is int else _TEXT_MARK.format(index) for index, kind in enumerate(self.kinds)]
        compiler = self.make(*marks).query.get_compiler(connection=connection)
        try:
            sql, params = compiler.as_sql()
        except EmptyResultSet as error:
            raise TypeError(f"a value does not fit the column that it is compared with: {compiler.query.where}") from error
        places = {index: marks.index(param) for index, param in enumerate(params) if param in marks}
        if set(places.values()) != set(range(len(marks))):
            raise TypeError(f"a value does not appear in the SQL as it was given: {sql}")
        selected = [column for column, _, _ in compiler.select]
        return _Statement(sql, tuple(params), places, compiler.get_converters(selected), compiler)


def columns(model: type[Model], path: str = "", *, only: Collection[str] | None = None) -> tuple[str, ...]:
    """Names of a model's columns for ``values_list``, in the order in which `take` wants them.

    Args:
        path: what leads to the model, such as ``learner__``.
        only: these of the columns, by default all.
    """
    names = [column.attname for column in model._meta.concrete_fields]  # noqa: SLF001 - Django documents _meta as public
    return tuple(f"{path}{name}" for name in names if only is None or name in only)


def take(row: Iterator[Any], model: type[M], names: Sequence[str] | None = None) -> M:
    """The instance that the next values of a row make.

    Args:
        names: what `columns` gave for the model without a path, by default all; the others are loaded when they are asked for.
    """
    names = _all_columns(model) if names is None else names
    return model.from_db(connection.alias, names, list(islice(row, len(names))))


@cache
def _all_columns(model: type[Model]) -> tuple[str, ...]:
    return columns(model)
