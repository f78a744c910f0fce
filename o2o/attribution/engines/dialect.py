"""Puts our SQL, which is SQLite's, into the words of other engines.

It holds for the subset that docs/attribution.md lists, "One text for all engines". There ``/`` divides whole numbers
and gives a whole number, unless one of its sides is written as ``CAST(… AS REAL)`` or with a decimal point.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from o2o.errors import MissingPackageError

try:
    import sqlglot
    from sqlglot import exp
except ImportError:
    raise MissingPackageError("an engine beside SQLite", "sqlglot", "engines") from None

_WIDE = {exp.DataType.Type.INT: "BIGINT", exp.DataType.Type.FLOAT: "DOUBLE"}
"""SQLite's integers and reals have 64 bits; elsewhere types of these names may have 32."""

_PLACEHOLDER = re.compile(r"'[^']*'|--.*|:(\w+)")
"""A parameter, unless it stands in a text or a comment."""

_NUMBERS = {int: "BIGINT", float: "DOUBLE"}


@dataclass(frozen=True, slots=True)
class Translation:
    """A query in an engine's words: its text, the parameters it has, the tables and columns it reads."""

    sql: str
    names: frozenset[str]
    tables: frozenset[str]
    columns: frozenset[str]

    def select(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Return the parameters that the query has."""
        return {name: value for name, value in parameters.items() if name in self.names}


def translate(sql: str, dialect: str, parameters: Mapping[str, Any]) -> Translation:
    """Return our SQL in the words of another engine, for parameters of such types."""
    return _translate(sql, dialect, frozenset((name, type(value)) for name, value in parameters.items()))


@cache
def _translate(sql: str, dialect: str, types: frozenset[tuple[str, type]]) -> Translation:
    tree = parse(sql)
    kept = {query.alias for query in tree.find_all(exp.CTE)}
    tables = frozenset(table.name for table in tree.find_all(exp.Table)) - kept
    columns = frozenset(column.name for column in tree.find_all(exp.Column))
    names = frozenset(node.name for node in tree.find_all(exp.Placeholder))
    kinds = dict(types)
    whole = exp.Paren(this=tree)  # what is replaced needs a parent
    for node in reversed(list(tree.walk())):  # from the leaves, since a division may stand in another
        node.replace(_translate_node(node, kinds))
    if dialect in _FURTHER:
        for node in reversed(list(whole.this.walk())):
            node.replace(_FURTHER[dialect](node))
    return Translation(whole.this.sql(dialect, comments=False), names, tables, columns)


def fill_in(sql: str, parameters: Mapping[str, Any]) -> str:
    """Return our SQL, still SQLite's, with its parameters written into it."""
    return _PLACEHOLDER.sub(lambda found: _write(parameters[found[1]]) if found[1] else found[0], sql)


def _write(value: Any) -> str:
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)


def parse(sql: str) -> exp.Expr:
    """Return our SQL as a tree."""
    return sqlglot.parse_one(sql, read="sqlite")


def _translate_node(node: exp.Expr, kinds: Mapping[str, type]) -> exp.Expr:
    if isinstance(node, exp.Div):
        return _divide(node)
    if isinstance(node, exp.DataType) and node.this in _WIDE:
        return exp.DataType.build(_WIDE[node.this])
    kind = _find_type(node, kinds)
    return exp.cast(node.copy(), kind) if kind and not isinstance(node.parent, exp.Cast) else node


def _find_type(node: exp.Expr, kinds: Mapping[str, type]) -> str | None:
    """Return the type that is to be told of a node: elsewhere it may be a narrower or a wider one."""
    if isinstance(node, exp.Placeholder):
        return _NUMBERS.get(kinds[node.name])
    if isinstance(node, exp.Sum | exp.Window) and not isinstance(node.parent, exp.Window):
        total = node.this if isinstance(node, exp.Window) else node
        return "BIGINT" if isinstance(total, exp.Sum) and not _is_real(total.this) else None
    return "DOUBLE" if _has_point(node) else None


def _put_for_clickhouse(node: exp.Expr) -> exp.Expr:
    """Name what is chosen from a join, call its own functions, and give counts and numbers 64 bits and a sign."""
    if isinstance(node, exp.Column) and node.table and isinstance(node.parent, exp.Select):
        return exp.alias_(node.copy(), node.name) if node.arg_key == "expressions" else node
    if type(node) in _CALLED:
        return exp.func(_CALLED[type(node)], node.args["this"], node.args["expression"])
    if isinstance(node.parent, exp.Cast | exp.Window | exp.Group | exp.Ordered | exp.WindowSpec | exp.DataTypeParam):
        return node
    total = node.this if isinstance(node, exp.Window) else node
    is_number = isinstance(node, exp.Literal) and not node.is_string and not _has_point(node)
    return exp.cast(node.copy(), "BIGINT") if is_number or isinstance(total, exp.Count | exp.RowNumber) else node


_CALLED: dict[type[exp.Expr], str] = {
    exp.IntDiv: "intDiv",
    exp.BitwiseAnd: "bitAnd",
    exp.BitwiseRightShift: "bitShiftRight",
}
"""What is a function in ClickHouse."""


def _rank_without_frame(node: exp.Window) -> exp.Expr:
    """Return a rank over its window, without the frame that a rank has no use for and Spark refuses."""
    select = node.find_ancestor(exp.Select)
    for named in (select.args.get("windows") or []) if select else []:
        if named.name == node.alias:
            parts = {name: named.args.get(name) for name in ("partition_by", "order")}
            return exp.cast(exp.Window(this=node.this.copy(), **parts).copy(), "BIGINT")
    return exp.cast(node.copy(), "BIGINT")


def _put_for_spark(node: exp.Expr) -> exp.Expr:
    """Give ranks 64 bits; it knows no MATERIALIZED, and takes ``journey - at`` for a name with a hyphen."""
    if isinstance(node, exp.Window) and isinstance(node.this, exp.RowNumber):
        return _rank_without_frame(node)
    if isinstance(node, exp.Window) and isinstance(node.parent, exp.Binary):
        return exp.paren(node.copy())
    if isinstance(node, exp.CTE):
        node.set("materialized", None)
    return node


_FURTHER = {"clickhouse": _put_for_clickhouse, "spark": _put_for_spark}
"""What else is to be done for an engine."""


def _divide(node: exp.Div) -> exp.Expr:
    if _is_real(node.left) or _is_real(node.right):
        return exp.Div(this=node.left, expression=node.right, typed=False, safe=False)
    return exp.IntDiv(this=node.left, expression=node.right)


def _is_real(node: exp.Expr) -> bool:
    if isinstance(node, exp.Cast):
        return bool(node.to.this in (exp.DataType.Type.FLOAT, exp.DataType.Type.DOUBLE))
    if isinstance(node, exp.Paren | exp.Neg):
        return _is_real(node.this)
    if isinstance(node, exp.Mul | exp.Add | exp.Sub | exp.Div):
        return _is_real(node.left) or _is_real(node.right)
    return isinstance(node, exp.Pow) or _has_point(node)


def _has_point(node: exp.Expr) -> bool:
    return isinstance(node, exp.Literal) and not node.is_string and "." in node.name
