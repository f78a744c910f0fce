"""What operators make of terms: comparisons, sums, the first that is true."""

import operator
from collections.abc import Callable, Sequence
from decimal import Decimal

from o2o.printing.template.functions import Fields, Term, Value, is_amount, is_true, show, to_number

COMPARISONS: dict[str, Callable[[Decimal | str, Decimal | str], bool]] = {
    "=": operator.eq, "==": operator.eq, "!=": operator.ne,
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
"""What each sign asks of two values."""


def first_true(terms: Sequence[Term]) -> Term:
    """Return the value of the first term that is true, else of the last."""

    def run(fields: Fields) -> Value:
        value: Value = None
        for term in terms:
            value = term(fields)
            if is_true(value):
                break
        return value

    return run


def compare(sign: str, left: Term, right: Term) -> Term:
    """Return whether two values are as a sign says: as numbers where they are, else as texts."""
    agree = COMPARISONS[sign]
    ordered = sign[0] in "<>"

    def run(fields: Fields) -> Value:
        one, other = left(fields), right(fields)
        if ordered and (one is None or other is None):
            return False
        if Decimal in (type(one), type(other)) or (ordered and is_amount(one) and is_amount(other)):
            return _compare_numbers(one, other, agree, fields)
        return agree(_text(one), _text(other))

    return run


def _compare_numbers(
    one: Value, other: Value, agree: Callable[[Decimal | str, Decimal | str], bool], fields: Fields
) -> bool:
    numbers = to_number(one, fields), to_number(other, fields)
    if numbers[0] is None or numbers[1] is None:
        return agree is operator.ne
    return agree(numbers[0], numbers[1])


def _text(value: Value) -> str:
    return "yes" if value is True else show(value or "")


def calculate(sign: str, left: Term, right: Term) -> Term:
    """Return what a sign makes of two numbers; nothing where one of them is none."""
    reckon = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": _divide}[sign]

    def run(fields: Fields) -> Value:
        one, other = to_number(left(fields), fields), to_number(right(fields), fields)
        return None if one is None or other is None else reckon(one, other)

    return run


def _divide(one: Decimal, other: Decimal) -> Decimal | None:
    return one / other if other else None
