"""What a kilogram, a litre or a piece costs."""

import pytest

from o2o.amounts import AmountForm
from o2o.catalog.unit_prices import drained_content, format_content, format_unit_price, unit_price
from o2o.config import Language
from o2o.importers.catalog_columns import NET_UNITS
from o2o.money import Currency

CNY = AmountForm.of(Currency.of("CNY"), "zh-CN")
CASES = [
    (1280, 500, "g", "25.60元/千克", "¥25.60/kg"),
    (1280, 0.5, "kg", "25.60元/千克", "¥25.60/kg"),
    (1280, 1, "jin", "25.60元/千克", "¥25.60/kg"),
    (500, 250, "g", "20.00元/千克", "¥20.00/kg"),
    (500, 249, "g", "2.01元/100克", "¥2.01/100 g"),
    (300, 330, "ml", "9.09元/升", "¥9.09/l"),
    (300, 10, "cl", "3.00元/100毫升", "¥3.00/100 ml"),
    (990, 1.5, "l", "6.60元/升", "¥6.60/l"),
    (3000, 30, "pcs", "1.00元/件", "¥1.00/pc"),
    (1000, 3, "pcs", "3.33元/件", "¥3.33/pc"),
    (5, 10, "pcs", "0.01元/件", "¥0.01/pc"),
    (990, 150, "cm", "6.60元/米", "¥6.60/m"),
    (9900, 2, "m2", "49.50元/平方米", "¥49.50/m²"),
    (9900, 0.1, "kg", "99.00元/100克", "¥99.00/100 g"),
]


@pytest.mark.parametrize(("price", "content", "unit", "chinese", "english"), CASES)
def test_a_unit_price_is_by_the_kilogram_the_litre_or_100_of_a_small_pack(
    price: int, content: float, unit: str, chinese: str, english: str
) -> None:
    found = unit_price(price, content, unit)
    assert found is not None
    assert format_unit_price(found, CNY, Language.ZH) == chinese
    assert format_unit_price(found, CNY, Language.EN) == english


def test_another_currency_keeps_its_symbol_in_chinese_too() -> None:
    found = unit_price(1280, 500, "g")
    assert found is not None
    assert format_unit_price(found, AmountForm.of(Currency.of("EUR"), "en"), Language.ZH) == "€25.60/千克"


@pytest.mark.parametrize(("content", "unit"), [(None, "g"), (0, "g"), (500, ""), (500, "barrel"), (1, "pcs")])
def test_there_is_no_unit_price_where_it_would_say_nothing(content: float | None, unit: str) -> None:
    assert unit_price(1280, content, unit) is None


@pytest.mark.parametrize("unit", NET_UNITS)
def test_each_unit_that_is_imported_has_a_unit_price_and_a_word(unit: str) -> None:
    assert unit_price(1280, 7, unit)
    assert format_content(7, unit, Language.EN) == f"7 {unit}".replace("m2", "m²").replace("pcs", "pc")


@pytest.mark.parametrize(
    ("content", "unit", "language", "text"),
    [
        (500.0, "g", Language.ZH, "500克"),
        (1.5, "l", Language.EN, "1.5 l"),
        (0.33, "l", Language.ZH, "0.33升"),
        (1000000.0, "g", Language.EN, "1000000 g"),
        (None, "g", Language.EN, ""),
        (5.0, "", Language.EN, ""),
    ],
)
def test_a_net_content_is_written_for_people(content: float | None, unit: str, language: Language, text: str) -> None:
    assert format_content(content, unit, language) == text


@pytest.mark.parametrize(
    ("text", "unit", "found"),
    [
        ("240", "g", (240, "g")), ("240 g", "kg", (240, "g")), ("0,24kg", "g", (0.24, "kg")), ("240克", "", (240, "g")),
        ("240", "", None), ("about 240", "g", None), ("240 barrels", "g", None), ("", "g", None),
    ],
)  # fmt: skip
def test_a_drained_weight_is_read_as_people_write_it(text: str, unit: str, found: tuple[float, str] | None) -> None:
    assert drained_content(text, unit) == found
