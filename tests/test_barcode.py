"""EAN-13, EAN-8 and Code 128: the bars that are drawn read back as what they say."""

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from reportlab.graphics.barcode.code128 import Code128Auto

from o2o.codes.barcode import (
    MODULES,
    QUIET_ZONES,
    LinearCode,
    code128_modules,
    ean8_modules,
    ean13_modules,
    make_code128,
    make_ean8,
    make_ean13,
    make_upc_a,
    upc_a_modules,
)
from o2o.codes.check_digits import check_digit
from o2o.errors import SettingError

bodies = st.text("0123456789", min_size=12, max_size=12)


@given(bodies)
def test_the_bars_read_back_as_the_digits(body: str) -> None:
    digits = body + check_digit(body)
    modules = "0" * QUIET_ZONES[0] + ean13_modules(digits) + "0" * QUIET_ZONES[1]
    image = Image.new("L", (len(modules), 1))
    image.putdata([0 if module == "1" else 255 for module in modules])
    [found] = zxingcpp.read_barcodes(image.resize((len(modules) * 2, 40)), formats=zxingcpp.BarcodeFormat.EAN13)
    assert found.text == digits


def test_the_bars_are_95_modules_with_guards() -> None:
    modules = ean13_modules("6901234567892")
    assert len(modules) == MODULES
    assert (modules[:3], modules[45:50], modules[-3:]) == ("101", "01010", "101")


@pytest.mark.parametrize("digits", ["6901234567893", "690123456789", "", "６９０１２３４５６７８９２", "69012345678X2"])
def test_what_is_no_ean_is_refused(digits: str) -> None:
    with pytest.raises(SettingError, match="check digit"):
        ean13_modules(digits)


ascii_texts = st.text(st.characters(max_codepoint=127), min_size=1, max_size=40)


def read(code: LinearCode, code_format: zxingcpp.BarcodeFormat) -> bytes:
    modules = "0" * code.quiet[0] + code.modules + "0" * code.quiet[1]
    image = Image.new("L", (len(modules), 1))
    image.putdata([0 if module == "1" else 255 for module in modules])
    [found] = zxingcpp.read_barcodes(image.resize((len(modules) * 2, 40)), formats=code_format)
    return found.bytes


@given(st.text("0123456789", min_size=7, max_size=7))
def test_the_bars_of_an_ean8_read_back_as_its_digits(body: str) -> None:
    digits = body + check_digit(body)
    assert read(make_ean8(digits), zxingcpp.BarcodeFormat.EAN8) == digits.encode()


@given(st.text("0123456789", min_size=11, max_size=11))
def test_the_bars_of_a_upc_a_read_back_as_its_digits(body: str) -> None:
    digits = body + check_digit(body)
    code = make_upc_a(digits)
    assert code.said == f"0{digits}"
    assert "".join(text for text, *_ in code.texts) == digits
    assert read(code, zxingcpp.BarcodeFormat.UPCA)[-12:] == digits.encode()


@pytest.mark.parametrize("digits", ["614141999997", "0614141999996", "61414199999", ""])
def test_what_is_no_upc_a_is_refused(digits: str) -> None:
    with pytest.raises(SettingError, match="12 digits with the right check digit"):
        upc_a_modules(digits)


@given(st.one_of(ascii_texts, st.text("0123456789aB\r\n", min_size=1, max_size=40)))
def test_the_bars_of_a_code128_read_back_as_its_text(text: str) -> None:
    assert read(make_code128(text), zxingcpp.BarcodeFormat.Code128) == text.encode()


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("1", 1),
        ("12", 1),
        ("123", 3),  # two in C, a switch and one
        ("1234", 2),
        ("ab12cd", 6),
        ("ab1234cd", 8),
        ("ab123456cd", 9),
        ("2100123456789", 8),
        ("210012300500012345", 9),
        ("a\nb", 4),  # one from A by shift
        ("aa\n\nBB\n\n", 9),
        ("A\tB", 3),
    ],
)
def test_a_code128_is_as_short_as_it_can_be(text: str, symbols: int) -> None:
    assert len(code128_modules(text)) == 11 * (symbols + 2) + 13


@given(ascii_texts)
def test_a_code128_is_no_longer_than_that_of_another_library(text: str) -> None:
    other = Code128Auto(text)
    other.validate()
    other.encode()
    assert len(code128_modules(text)) <= 11 * (len(other.encoded) - 1) + 13


@pytest.mark.parametrize("text", ["", "条码", "é"])
def test_what_is_not_ascii_has_no_code128(text: str) -> None:
    with pytest.raises(SettingError, match="not a text in ASCII"):
        code128_modules(text)


@pytest.mark.parametrize("digits", ["96385075", "6901234567892", "9638507"])
def test_what_is_no_ean8_is_refused(digits: str) -> None:
    with pytest.raises(SettingError, match="8 digits with the right check digit"):
        ean8_modules(digits)


def test_the_texts_of_a_code_lie_within_it() -> None:
    for code in (
        make_ean13("6901234567892"),
        make_ean8("96385074"),
        make_upc_a("614141999996"),
        make_code128("ABC-123"),
    ):
        for _, start, width in code.texts:
            assert start >= -code.quiet[0]
            assert start + width <= len(code.modules) + code.quiet[1]
        assert all(code.modules[guard] == "1" for guard in code.guards)
