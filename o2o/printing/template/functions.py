"""What expressions of templates can call, and how they take texts as numbers and numbers as texts.

A value is a text, a number, a condition (true or false) or missing; what is worked out from a missing
value is missing itself.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from o2o.amounts import AmountForm, find_form
from o2o.config import Language
from o2o.money import Currency

Fields = Mapping[str, str]
Value = str | Decimal | bool | None
Term = Callable[[Fields], Value]
"""A part of an expression, ready to be worked out for the fields of one print."""

_MOST_DIGITS = 15
_NUMBER = re.compile(r"[-−]?\d[\d.,\u00a0\u202f '’]*")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_DATE_PART = re.compile(r"YYYY|YY|MMM|MM|M|DD|D")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class ExpressionError(ValueError):
    """What is wrong with an expression, at which character of it, and what to do."""

    def __init__(self, reason: str, advice: str, position: int = 0) -> None:
        super().__init__(f"{reason}; {advice}")
        self.reason = reason
        self.advice = advice
        self.position = position


@dataclass(frozen=True, slots=True)
class Function:
    """A function: how many values it takes, and the term that works it out."""

    least: int
    most: int
    make: Callable[[Sequence[Term]], Term]


def is_true(value: Value) -> bool:
    """Tell whether a condition holds: it has a value that is neither empty nor zero."""
    return bool(value)


def show(value: Value) -> str:
    """Return a value as it is printed."""
    if isinstance(value, bool):
        raise ExpressionError("a condition shows nothing", "write if(…, 'this', 'that')")
    if isinstance(value, Decimal):
        return _plain(value)
    return value or ""


def to_number(value: Value, fields: Fields) -> Decimal | None:
    """Return the number in a value; a text is read as people write amounts: ``¥1,280.00``, ``12,99 €``, ``500克``."""
    if value is None or value == "":
        return None
    if isinstance(value, Decimal):
        return value
    found = _NUMBER.search(value) if isinstance(value, str) else None
    if found is None or sum(map(str.isdigit, found[0])) > _MOST_DIGITS:
        raise ExpressionError(f"{str(value)!r} is no number", "use a field that is one")
    form = _form(fields)
    return _read_number(found[0], _decimals(fields), form.group if form and form.sign in str(value) else "")


def is_amount(value: Value) -> bool:
    """Tell whether a text has a number in it and is no date."""
    return isinstance(value, str) and _NUMBER.search(value) is not None and not _DATE.fullmatch(value)


def _read_number(text: str, decimals: int, group: str) -> Decimal:
    sign = "-" if text[0] in "-−" else ""
    text = re.sub(r"[-−\s\u00a0\u202f'’]", "", text).rstrip(".,")
    mark = max(text.rfind("."), text.rfind(","))
    if mark < 0 or _groups(text, mark, decimals, group):
        return Decimal(sign + re.sub(r"[.,]", "", text))
    return Decimal(f"{sign}{re.sub(r'[.,]', '', text[:mark])}.{text[mark + 1 :]}")


def _groups(text: str, mark: int, decimals: int, group: str) -> bool:
    """Tell whether the last mark of a number parts thousands, not its decimals; ``group`` does so in amounts."""
    if text.count(".") and text.count(","):
        return False
    if text.count(text[mark]) > 1:
        return True
    if len(text) - mark != 4 or text.startswith("0"):
        return False
    if group:
        return text[mark] == group
    return decimals == 0 or (text[mark] == "," and decimals < 3)


def _form(fields: Fields) -> AmountForm | None:
    code = fields.get("currency", "")
    return find_form(code, fields.get("locale", ""), fields.get("language", "")) if code else None


def _decimals(fields: Fields) -> int:
    code = fields.get("currency", "")
    return Currency.of(code).digits if code else 2


def _round(number: Decimal, decimals: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _count(value: Value, fields: Fields, most: int) -> int:
    number = to_number(value, fields)
    if number is None or number != int(number) or not 0 <= number <= most:
        raise ExpressionError(f"{show(value)!r} is no whole number up to {most}", "write one such as 2")
    return int(number)


def _date(text: str, pattern: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ExpressionError(f"{text!r} is no date", "write it as 2027-01-31") from None
    parts = {
        "YYYY": f"{day.year:04d}", "YY": f"{day.year % 100:02d}", "MMM": _MONTHS[day.month - 1],
        "MM": f"{day.month:02d}", "M": f"{day.month}", "DD": f"{day.day:02d}", "D": f"{day.day}",
    }  # fmt: skip
    return _DATE_PART.sub(lambda part: parts[part[0]], pattern)


def _format_date(values: Sequence[Value], fields: Fields) -> Value:
    chinese, english = "YYYY年M月D日", "D MMM YYYY"
    pattern = show(values[1]) if len(values) > 1 else _language(fields).of((chinese, english))
    return _date(show(values[0]), pattern)


def _language(fields: Fields) -> Language:
    return Language.EN if fields.get("language") == Language.EN else Language.ZH


def _format_number(values: Sequence[Value], fields: Fields) -> Value:
    number = to_number(values[0], fields)
    if number is None:
        return None
    if len(values) == 1:
        return _plain(number)
    decimals = _count(values[1], fields, 6)
    return f"{_round(number, decimals):.{decimals}f}"


def _format_percent(values: Sequence[Value], fields: Fields) -> Value:
    number = to_number(values[0], fields)
    decimals = _count(values[1], fields, 6) if len(values) > 1 else 0
    return None if number is None else f"{_round(number * 100, decimals):.{decimals}f}%"


def _format_price(values: Sequence[Value], fields: Fields) -> Value:
    number = to_number(values[0], fields)
    if number is None:
        return None
    form = _form(fields)
    if form is None:
        return f"{_round(number, 2):.2f}"
    return form.format(int(_round(number.scaleb(form.currency.digits), 0)))


def _round_to(values: Sequence[Value], fields: Fields) -> Value:
    number = to_number(values[0], fields)
    return None if number is None else _round(number, _count(values[1], fields, 6) if len(values) > 1 else 0)


def _first(values: Sequence[Value], fields: Fields) -> Value:
    return show(values[0])[: _count(values[1], fields, 1000)]


def _last(values: Sequence[Value], fields: Fields) -> Value:
    text = show(values[0])
    return text[max(len(text) - _count(values[1], fields, 1000), 0) :]


def _replace(values: Sequence[Value], _fields: Fields) -> Value:
    old = show(values[1])
    return show(values[0]).replace(old, show(values[2])) if old else values[0]


def _of_values(work: Callable[[Sequence[Value], Fields], Value]) -> Callable[[Sequence[Term]], Term]:
    """Return the maker of a term that works on the values of others, missing when the first is."""

    def make(terms: Sequence[Term]) -> Term:
        def run(fields: Fields) -> Value:
            values = [term(fields) for term in terms]
            return None if values[0] is None or values[0] == "" else work(values, fields)

        return run

    return make


def _make_default(terms: Sequence[Term]) -> Term:
    *tried, last = terms
    return lambda fields: (
        next((value for term in tried if (value := term(fields)) not in (None, "")), None) or last(fields)
    )


def _make_if(terms: Sequence[Term]) -> Term:
    condition, this, *that = terms
    other = that[0] if that else lambda _fields: None
    return lambda fields: this(fields) if is_true(condition(fields)) else other(fields)


FUNCTIONS = {
    "upper": Function(1, 1, _of_values(lambda values, _: show(values[0]).upper())),
    "lower": Function(1, 1, _of_values(lambda values, _: show(values[0]).lower())),
    "first": Function(2, 2, _of_values(_first)),
    "last": Function(2, 2, _of_values(_last)),
    "replace": Function(3, 3, _of_values(_replace)),
    "length": Function(1, 1, _of_values(lambda values, _: Decimal(len(show(values[0]))))),
    "contains": Function(2, 2, _of_values(lambda values, _: show(values[1]) in show(values[0]))),
    "default": Function(2, 9, _make_default),
    "if": Function(2, 3, _make_if),
    "number": Function(1, 2, _of_values(_format_number)),
    "round": Function(1, 2, _of_values(_round_to)),
    "percent": Function(1, 2, _of_values(_format_percent)),
    "price": Function(1, 1, _of_values(_format_price)),
    "date": Function(1, 2, _of_values(_format_date)),
}
"""The functions by name; what ``{price|upper}`` pipes is the first value."""
