"""Expressions on fields: what they say, what they refuse and where, and that no text breaks the reader."""

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from o2o.printing.template.expressions import read_expression, read_wording
from o2o.printing.template.functions import ExpressionError

FIELDS = {
    "name": "Eggs 鸡蛋", "price": "¥1,280.00", "promo_price": "¥960.00", "spec": "30枚", "empty": "",
    "sku": "0069012345", "date": "2027-01-05", "currency": "CNY", "language": "zh", "储存条件": "冷藏",
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{name|upper} {price}", "EGGS 鸡蛋 ¥1,280.00"),
        ("{name | lower}", "eggs 鸡蛋"),
        ("{first(name, 4)}…{last(sku, 3)}", "Eggs…345"),
        ("{last(sku, 0)}", ""),
        ("{replace(spec, '枚', ' pcs')}", "30 pcs"),
        ("{price - promo_price|price}", "¥320.00"),
        ("{1 - promo_price/price|percent}", "25%"),
        ("{1 - promo_price / price | percent(1)} off", "25.0% off"),
        ("{promo_price / price * 10|number(1)}折", "7.5折"),
        ("{-(2 + 3) * 4 / 8}", "-2.5"),
        ("{number(price)}", "1280"),
        ("{round(10 / 4)}", "3"),
        ("{promo_price or price}", "¥960.00"),
        ("{empty or '散装'}", "散装"),
        ("{default(empty, nothing, spec)}", "30枚"),
        ("{if(price > 1000, '大件', '小件')}", "大件"),
        ("{if(contains(name, '鸡'), name)}", "Eggs 鸡蛋"),
        ("{if(empty, '易碎 ', '')}{spec}", "30枚"),
        ("{length(spec)}", "3"),
        ("{date|date('MM.DD')}", "01.05"),
        ("{date(date, 'D MMM YY')}", "5 Jan 27"),
        ("{date(date)}", "2027年1月5日"),
        ("{储存条件}保存", "冷藏保存"),
        ("{first（name，4）｜upper}", "EGGS"),
        ("{{{spec}}}", "{30枚}"),
        ("{'}'}", "}"),
        ("plain", "plain"),
        ("{spec} {empty}", ""),
        ("{price / 0}", ""),
        ("{price - empty}", ""),
    ],
)
def test_a_text_is_filled_in(text: str, shown: str) -> None:
    assert read_wording(text).fill(FIELDS) == shown


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("price", True),
        ("empty", False),
        ("nothing", False),
        ("not empty and price > 100", True),
        ("price > 1280 or promo_price < 1000", True),
        ("promo_price < price", True),
        ("price = 1280", True),
        ("price == 1280.00", True),
        ("price != 1280", False),
        ("price >= 1280 and price <= 1280", True),
        ("spec = '30枚'", True),
        ("empty = ''", True),
        ("empty != 'x'", True),
        ("empty > 1", False),
        ("date < '2027-01-10'", True),
        ("date < '2026-12-31'", False),
        ("not (price and empty)", True),
        ("price - promo_price > 300 and spec", True),
        ("2 + 3 * 4 = 14 and (2 + 3) * 4 = 20 and 10 - 3 - 2 = 5", True),
    ],
)
def test_a_condition_holds_or_not(text: str, holds: bool) -> None:
    assert read_expression(text).holds(FIELDS) is holds


@pytest.mark.parametrize(
    ("price", "number"),
    [
        ("¥1,280.00", "1280"), ("12,99 €", "12.99"), ("1.280,50 €", "1280.5"), ("1 280,50 zł", "1280.5"),
        ("CHF 1'280.50", "1280.5"), ("¥1,280", "1280"), ("-¥3.50", "3.5"), ("0.125", "0.125"), ("1.5 l", "1.5"),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_people_write_it(price: str, number: str) -> None:
    assert read_wording("{number(price)}").fill({"price": price}) == number


def test_an_amount_without_decimals_has_its_thousands_parted_by_either_mark() -> None:
    assert read_wording("{number(price)}").fill({"price": "1.280 ₫", "currency": "VND"}) == "1280"


@pytest.mark.parametrize(
    ("currency", "locale", "price", "half"),
    [
        ("EUR", "de-DE", "2.599,80\u00a0€", "1.299,90\u00a0€"),
        ("IDR", "id-ID", "Rp\u00a012.990", "Rp\u00a06.495"),
        ("CHF", "de-CH", "CHF\u00a01’300.00", "CHF\u00a0650.00"),
        ("HUF", "", "1\u00a0299\u00a0Ft", "649,50\u00a0Ft"),
    ],
)
def test_an_amount_is_read_and_written_as_in_the_shops_place(currency: str, locale: str, price: str, half: str) -> None:
    fields = {"price": price, "currency": currency, "locale": locale}
    assert read_wording("{price(price / 2)}").fill(fields) == half


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        ("{}", 1, "'}' is not expected; write a field"),
        ("{name", 5, "it ends too early; write } to close the brace"),
        ("a } b", 2, "a } without its {; write }}"),
        ("{name|shout}", 6, "there is no function 'shout'; use upper, lower"),
        ("{first(name)}", 1, "'first' takes 2 value(s), not 1; write first(name, 8)"),
        ("{if(name)}", 1, "'if' takes 2 to 3 value(s), not 1"),
        ("{price +}", 8, "'}' is not expected"),
        ("{name 'x}", 6, "a text without its closing quote"),
        ("{name ; spec}", 6, "'; spec}' is not understood"),
        ("{name spec}", 6, "'spec' is not expected; write } to close"),
        ("{" + "(" * 99, 26, "too deep"),
        ("{1" + "+1" * 200, 201, "too long"),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, position: int, message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        read_wording(text)
    assert message in str(caught.value)
    assert caught.value.position == position


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{name * 2}", "'Eggs 鸡蛋' is no number"),
        ("{price > 3}", "a condition shows nothing"),
        ("{date(spec)}", "'30枚' is no date"),
        ("{first(name, price / 7)}", "is no whole number"),
        ("{" + "*".join(["999999999999999"] * 3) + "|number(2)}", "too large"),
    ],
)
def test_values_that_an_expression_cannot_use_are_told(text: str, message: str) -> None:
    wording = read_wording(text)
    with pytest.raises(ExpressionError, match=r".") as caught:
        wording.fill(FIELDS)
    assert message in str(caught.value)


def test_the_fields_of_an_expression_are_known_before_it_is_used() -> None:
    assert read_wording("{if(a > 1, b|upper, '{c}')} {d} {{e}}").fields == {"a", "b", "d"}
    assert read_expression("not a and (b or first(c, 2) = 'x')").fields == {"a", "b", "c"}


NAMES = ["price", "name", "empty", "date", "1", "0", "2.5", "'x'", "and", "or", "not", "first", "if", "percent"]
SIGNS = [*"(){}|,+-*/=<' ", "!=", "price(", "date(", "replace(", "number(", "{{", "}}"]
PIECES = st.sampled_from(NAMES + SIGNS)


@given(st.one_of(st.text(), st.lists(PIECES, max_size=40).map(" ".join)), st.dictionaries(st.text(), st.text()))
@example("{²}", {})
@example("{number(price, 6)}", {"price": "9" * 400})
def test_no_text_does_anything_but_be_filled_or_refused(text: str, more: dict[str, str]) -> None:
    for read in (read_wording, read_expression):
        try:
            found = read(text)
            result = found.fill(FIELDS | more) if read is read_wording else found.holds(FIELDS | more)
        except ExpressionError as error:
            assert 0 <= error.position <= len(text)
        else:
            assert isinstance(result, str | bool)


NUMBERS = st.decimals(0, 10**6, places=2, allow_nan=False)


@given(NUMBERS, NUMBERS)
def test_arithmetic_is_exact(one: Decimal, other: Decimal) -> None:
    total = read_wording("{a + b} {a - b}").fill({"a": f"{one}", "b": f"{other}"})
    assert [Decimal(part) for part in total.split()] == [one + other, one - other]


@given(NUMBERS, NUMBERS)
def test_exactly_one_comparison_of_two_numbers_holds(one: Decimal, other: Decimal) -> None:
    fields = {"a": f"¥{one:,}", "b": f"¥{other:,}"}
    held = [sign for sign in "<=>" if read_expression(f"a * 1 {sign} b").holds(fields)]
    assert held == ["<" if one < other else "=" if one == other else ">"]
