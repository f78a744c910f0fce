"""Operators of expressions: what they make of numbers, amounts of money, texts, and of nothing."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from o2o.printing.template.functions import ExpressionError, Term, Value
from o2o.printing.template.terms import calculate, compare, first_true

FIELDS = {"currency": "CNY", "language": "zh"}


def term(value: Value) -> Term:
    return lambda _fields: value


@pytest.mark.parametrize(
    ("one", "sign", "other", "agree"),
    [
        (Decimal(2), "<", Decimal(10), True),
        ("¥9.90", "<", "¥10.00", True),
        ("9", "=", Decimal("9.0"), True),
        ("b", ">", "a", True),
        ("a", "!=", "b", True),
        (None, "=", "", True),
        (None, "<", Decimal(1), False),
        (None, "!=", Decimal(1), True),
        (True, "=", "yes", True),
    ],
)
def test_values_are_compared(one: Value, sign: str, other: Value, agree: bool) -> None:
    assert compare(sign, term(one), term(other))(FIELDS) is agree


@pytest.mark.parametrize(
    ("one", "sign", "other", "result"),
    [
        (Decimal(2), "+", Decimal(3), Decimal(5)),
        ("¥12.90", "-", "¥9.90", Decimal(3)),
        (Decimal(1), "/", Decimal(8), Decimal("0.125")),
        (Decimal(1), "/", Decimal(0), None),
        (None, "*", Decimal(2), None),
    ],
)
def test_what_is_reckoned_from_nothing_is_nothing(one: Value, sign: str, other: Value, result: Value) -> None:
    assert calculate(sign, term(one), term(other))(FIELDS) == result


@pytest.mark.parametrize(("sign", "make"), [("+", calculate), ("=", compare)])
def test_a_text_without_a_number_is_told(sign: str, make: Callable[[str, Term, Term], Term]) -> None:
    with pytest.raises(ExpressionError, match="'鸡蛋' is no number"):
        make(sign, term("鸡蛋"), term(Decimal(2)))(FIELDS)


@pytest.mark.parametrize(("values", "first"), [((None, "", "a", "b"), "a"), ((None, ""), ""), ((None,), None)])
def test_the_first_that_is_true_is_taken_else_the_last(values: tuple[Value, ...], first: Value) -> None:
    assert first_true([term(value) for value in values])(FIELDS) == first
