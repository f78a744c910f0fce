"""Puts our SQL, which is SQLite's, into the words of other engines.

It holds for the subset that docs/attribution.md lists, "One text for all engines". There ``/`` divides whole numbers
and gives a whole number, unless one of its sides is written as ``CAST(… AS REAL)`` or with a decimal point.
"""

from functools import cache

import sqlglot
from sqlglot import exp

_WIDE = {exp.DataType.Type.INT: "BIGINT", exp.DataType.Type.FLOAT: "DOUBLE"}
"""SQLite's integers and reals have 64 bits; elsewhere types of these names may have 32."""


@cache
def translate(sql: str, dialect: str) -> str:
    """Return our SQL in the dialect of another engine, parameters named as they are."""
    tree = exp.Paren(this=parse(sql))  # what is replaced needs a parent
    for node in reversed(list(tree.this.walk())):  # from the leaves, since a division may stand in another
        node.replace(_translate_node(node))
    return str(tree.this.sql(dialect))


def parse(sql: str) -> exp.Expr:
    """Return our SQL as a tree."""
    return sqlglot.parse_one(sql, read="sqlite")


def _translate_node(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Div):
        return _divide(node)
    if isinstance(node, exp.DataType) and node.this in _WIDE:
        return exp.DataType.build(_WIDE[node.this])
    if isinstance(node, exp.Literal) and _has_point(node) and not isinstance(node.parent, exp.Cast):
        return exp.cast(node, "DOUBLE")
    return node


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
