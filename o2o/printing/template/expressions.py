"""Expressions on fields: ``price > 10 and not promo_price``, ``{1 - promo_price / price | percent}``.

A grammar of our own, read into closures; nothing of Python is evaluated:

    expression = either { "|" name [ "(" values ")" ] }
    either     = both { "or" both }
    both       = negation { "and" negation }
    negation   = "not" negation | comparison
    comparison = sum [ ("=" | "!=" | "<" | "<=" | ">" | ">=") sum ]
    sum        = product { ("+" | "-") product }
    product    = factor { ("*" | "/") factor }
    factor     = "-" factor | value
    value      = number | 'text' | field | name "(" values ")" | "(" expression ")"

``or`` gives the first value that there is: ``promo_price or price``.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from o2o.printing.template.functions import FUNCTIONS, ExpressionError, Fields, Function, Term, Value, is_true, show
from o2o.printing.template.terms import COMPARISONS, calculate, compare, first_true

_PLAIN = re.compile(r"(?:[^{}]|\{\{|\}\})+")
_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d{1,15}(?:\.\d{1,15})?(?![\w.]))|(?P<name>\w+)"""
    r"""|(?P<text>'[^']*'|"[^"]*")|(?P<sign>!=|<=|>=|==|[=<>|()+\-*/,{}]))""",
)
_FULL_WIDTH = str.maketrans("（），＝＜＞＋－＊／｜！", "(),=<>+-*/|!")
_MOST_TOKENS = 200
_DEEPEST = 25
_WORDS = frozenset(("and", "or", "not"))


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression ready for use, and the fields that it looks at."""

    term: Term
    fields: frozenset[str]

    def holds(self, fields: Fields) -> bool:
        """Tell whether it is true of these fields: of a field alone, whether it has a value."""
        return is_true(_work_out(self.term, fields))


@dataclass(frozen=True, slots=True)
class Wording:
    """A text with expressions in braces, ready for use, and the fields that they look at."""

    parts: tuple[str | Term, ...]
    fields: frozenset[str]

    def fill(self, fields: Fields) -> str:
        """Return the text filled in, or nothing where one of the expressions has no value."""
        filled = []
        for part in self.parts:
            value = part if isinstance(part, str) else _work_out(part, fields)
            if value is None:
                return ""
            filled.append(show(value))
        return "".join(filled)


def _work_out(term: Term, fields: Fields) -> Value:
    try:
        return term(fields)
    except ArithmeticError:
        raise ExpressionError("its numbers are too large to reckon with", "use another field") from None


@lru_cache(1 << 12)
def read_expression(text: str) -> Expression:
    """Return an expression; raises ExpressionError with the place of what is wrong."""
    parser = _Parser(text, 0)
    term = parser.read()
    parser.expect_end()
    return Expression(term, frozenset(parser.fields))


@lru_cache(1 << 12)
def read_wording(text: str) -> Wording:
    """Return a text with expressions in braces (``{{`` is a brace); raises ExpressionError where one is wrong."""
    parts: list[str | Term] = []
    fields: set[str] = set()
    position = 0
    while position < len(text):
        plain = _PLAIN.match(text, position)
        if plain:
            parts.append(re.sub(r"([{}])\1", r"\1", plain[0]))
            position = plain.end()
        elif text[position] == "}":
            raise ExpressionError("a } without its {", "write }} for a brace", position)
        else:
            parser = _Parser(text, position + 1)
            parts.append(parser.read())
            position = parser.expect("}", "close the brace")
            fields |= parser.fields
    return Wording(tuple(parts), frozenset(fields))


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


class _Parser:
    """Reads one expression of a text from a position on; collects the fields that it names."""

    def __init__(self, text: str, position: int) -> None:
        self.fields: set[str] = set()
        self._text = text
        self._read = 0
        self._depth = 0
        self._next = self._scan(position)

    def read(self) -> Term:
        """Return the term of an expression."""
        self._deepen(1)
        term = self._either()
        while self._accept("|"):
            term = self._call(self._name_of_function(), [term])
        self._deepen(-1)
        return term

    def expect(self, sign: str, advice: str) -> int:
        """Pass a sign and return where it ends; raise ExpressionError at anything else."""
        token = self._next
        if token.text != sign or token.kind != "sign":
            raise self._unexpected(f"write {sign} to {advice}")
        if sign != "}":
            self._advance()
        return token.end

    def expect_end(self) -> None:
        """Raise ExpressionError if anything is left."""
        if self._next.kind != "end":
            raise self._unexpected("join conditions with 'and' or 'or'")

    def _either(self) -> Term:
        terms = [self._both()]
        while self._accept("or"):
            terms.append(self._both())
        return terms[0] if len(terms) == 1 else first_true(terms)

    def _both(self) -> Term:
        terms = [self._negation()]
        while self._accept("and"):
            terms.append(self._negation())
        return terms[0] if len(terms) == 1 else lambda fields: all(is_true(term(fields)) for term in terms)

    def _negation(self) -> Term:
        if not self._accept("not"):
            return self._comparison()
        self._deepen(1)
        term = self._negation()
        self._deepen(-1)
        return lambda fields: not is_true(term(fields))

    def _comparison(self) -> Term:
        left = self._sum()
        if self._next.kind != "sign" or self._next.text not in COMPARISONS:
            return left
        sign = self._advance().text
        return compare(sign, left, self._sum())

    def _sum(self) -> Term:
        term = self._product()
        while self._next.kind == "sign" and self._next.text in "+-":
            term = calculate(self._advance().text, term, self._product())
        return term

    def _product(self) -> Term:
        term = self._factor()
        while self._next.kind == "sign" and self._next.text in "*/":
            term = calculate(self._advance().text, term, self._factor())
        return term

    def _factor(self) -> Term:
        if not self._accept("-"):
            return self._value()
        self._deepen(1)
        term = calculate("-", lambda _fields: Decimal(0), self._factor())
        self._deepen(-1)
        return term

    def _value(self) -> Term:
        token = self._next
        if token.kind == "number":
            number = Decimal(self._advance().text)
            return lambda _fields: number
        if token.kind == "text":
            text = self._advance().text[1:-1]
            return lambda _fields: text
        if token.kind == "name" and token.text not in _WORDS:
            return self._field_or_call()
        if self._accept("("):
            term = self.read()
            self.expect(")", "close the parenthesis")
            return term
        raise self._unexpected("write a field, a number or a 'text' here")

    def _field_or_call(self) -> Term:
        token = self._advance()
        if self._next.text == "(" and self._next.kind == "sign":
            return self._call(token, [])
        name = token.text
        self.fields.add(name)
        return lambda fields: fields.get(name) or None

    def _name_of_function(self) -> _Token:
        if self._next.kind != "name":
            raise self._unexpected(f"write a function after |: {', '.join(FUNCTIONS)}")
        return self._advance()

    def _call(self, name: _Token, terms: list[Term]) -> Term:
        function = FUNCTIONS.get(name.text)
        if function is None:
            raise ExpressionError(f"there is no function {name.text!r}", f"use {', '.join(FUNCTIONS)}", name.start)
        if self._accept("("):
            while not self._accept(")"):
                terms.append(self.read())
                if self._next.text != ")" or self._next.kind != "sign":
                    self.expect(",", "part the values of a function, or ) to close it")
        _check_count(name, function, terms)
        return function.make(terms)

    def _accept(self, text: str) -> bool:
        if self._next.kind not in ("sign", "name") or self._next.text != text:
            return False
        self._advance()
        return True

    def _advance(self) -> _Token:
        token = self._next
        self._next = self._scan(token.end)
        return token

    def _scan(self, position: int) -> _Token:
        self._read += 1
        if self._read > _MOST_TOKENS:
            raise ExpressionError("the expression is too long", "make it simpler", position)
        found = _TOKEN.match(self._text.translate(_FULL_WIDTH), position)
        if found is None or found.lastgroup is None:
            return self._scan_end(position)
        start, end = found.span(found.lastgroup)
        text = self._text[start:end] if found.lastgroup == "text" else found[found.lastgroup]
        return _Token(found.lastgroup, text, start, end)

    def _scan_end(self, position: int) -> _Token:
        rest = self._text[position:].lstrip()
        start = len(self._text) - len(rest)
        if not rest:
            return _Token("end", "", start, start)
        if rest[0] in "'\"":
            raise ExpressionError("a text without its closing quote", f"write {rest[0]} at its end", start)
        raise ExpressionError(f"{rest[:8]!r} is not understood", "see 'Expressions' in docs/templates.md", start)

    def _unexpected(self, advice: str) -> ExpressionError:
        what = f"{self._next.text!r} is not expected" if self._next.kind != "end" else "it ends too early"
        return ExpressionError(what, advice, self._next.start)

    def _deepen(self, step: int) -> None:
        self._depth += step
        if self._depth > _DEEPEST:
            raise ExpressionError("the expression is too deep", "make it simpler", self._next.start)


def _check_count(name: _Token, function: Function, terms: Sequence[Term]) -> None:
    if not function.least <= len(terms) <= function.most:
        least, most = function.least, function.most
        needed = f"{least}" if least == most else f"{least} to {most}"
        reason = f"{name.text!r} takes {needed} value(s), not {len(terms)}"
        raise ExpressionError(reason, f"write {_EXAMPLES.get(name.text, name.text + '(name)')}", name.start)


_EXAMPLES = {
    "first": "first(name, 8)", "last": "last(sku, 4)", "replace": "replace(unit, '盒', 'box')",
    "contains": "contains(name, '有机')", "default": "default(spec, unit)", "if": "if(promo_price, '促销', '')",
    "date": "date(date, 'MM.DD')", "number": "number(net_content, 2)", "price": "price(price - promo_price)",
}  # fmt: skip
