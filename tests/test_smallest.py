"""The smallest QR symbols: what is drawn reads back, and a URL in capitals makes a smaller one."""

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from qrcode.main import QRCode

from o2o.codes.short import ALPHABET
from o2o.codes.smallest import make_symbol, make_symbols
from o2o.codes.symbol import LEVELS, QUIET_ZONE, Symbol
from o2o.errors import SettingError

codes = st.text(ALPHABET, min_size=8, max_size=8)


def read(symbol: Symbol) -> str:
    side = symbol.size + 2 * QUIET_ZONE
    image = Image.new("L", (side, side), 255)
    for y, row in enumerate(symbol.rows):
        for x, dark in enumerate(row):
            image.putpixel((x + QUIET_ZONE, y + QUIET_ZONE), 0 if dark else 255)
    [found] = zxingcpp.read_barcodes(image.resize((side * 3, side * 3)), formats=zxingcpp.BarcodeFormat.QRCode)
    return found.text


@settings(max_examples=40, deadline=None)
@given(codes, st.sampled_from(sorted(LEVELS)))
def test_a_symbol_reads_back(code: str, level: str) -> None:
    text = f"https://S.EXAMPLE.COM/{code}"
    assert read(make_symbol(text, level=level)) == text


@pytest.mark.parametrize(
    ("capitals", "lower"),
    [
        ("https://S.YOURSHOP.COM/K7M2X9PQ", "https://s.yourshop.com/k7m2x9pq"),
        ("https://S.CN/K7M2X9PQ", "https://s.yoursh.cn/k7m2x9pq"),
    ],
)
def test_capitals_make_a_smaller_symbol(capitals: str, lower: str) -> None:
    assert make_symbol(capitals).version < make_symbol(lower).version


@pytest.mark.parametrize("host", ["S.CN", "S.SHOP.CN", "S.EXAMPLE.COM", "WWW.AVERYLONGNAMEOFASHOP.COM.CN", "x.cn/q"])
def test_no_splitting_of_qrcode_is_smaller(host: str) -> None:
    text = f"https://{host}/K7M2X9PQ"
    for run in range(30):
        qr = QRCode()
        qr.add_data(text, optimize=run)
        assert make_symbol(text).version <= qr.best_fit()


def test_a_symbol_is_what_qrcode_makes() -> None:
    text = "https://S.EXAMPLE.COM/K7M2X9PQ"
    qr = QRCode()
    qr.add_data(text)
    qr.border = 0
    assert make_symbol(text).rows == tuple(map(tuple, qr.get_matrix()))


@settings(max_examples=60, deadline=None)
@given(st.text("abcXYZ019/:", max_size=120), st.sampled_from(sorted(LEVELS)))
def test_a_raised_level_is_the_highest_that_takes_no_larger_symbol(text: str, level: str) -> None:
    raised = make_symbol(text, level=level, raised=True)
    above = [name for name in LEVELS if list(LEVELS).index(name) >= list(LEVELS).index(level)]
    versions = {name: make_symbol(text, level=name).version for name in above}
    assert raised.version == versions[level]
    assert raised.level == max((name for name in above if versions[name] == versions[level]), key=above.index)


def test_each_of_many_symbols_is_raised_by_itself() -> None:
    texts = ["https://S.CN/K7M2X9PQ", "https://S.EXAMPLE.COM/K7M2X9PQ", "1"]
    made = make_symbols(texts, raised=True)
    assert [(symbol.version, symbol.level) for symbol in made] == [(2, "Q"), (2, "M"), (1, "H")]
    assert [read(symbol) for symbol in made] == texts
    assert [(symbol.version, symbol.level) for symbol in make_symbols(texts)] == [(2, "M"), (2, "M"), (1, "M")]


@pytest.mark.parametrize("mask", range(8))
def test_a_given_mask_is_used(mask: int) -> None:
    symbol = make_symbol("https://S.EXAMPLE.COM/K7M2X9PQ", mask=mask)
    assert symbol.mask == mask
    assert read(symbol) == "https://S.EXAMPLE.COM/K7M2X9PQ"


def test_many_symbols_keep_their_order() -> None:
    texts = ["https://S.EXAMPLE.COM/K7M2X9PQ", "https://S.EXAMPLE.COM/ABCDEFGH"]
    assert [read(symbol) for symbol in make_symbols(texts)] == texts


def test_a_text_too_long_for_any_symbol_is_refused() -> None:
    with pytest.raises(SettingError, match="shorter base URL"):
        make_symbol("x" * 3000)


def test_an_unknown_level_is_refused() -> None:
    with pytest.raises(SettingError, match="L, M, Q, H"):
        make_symbol("x", level="Z")
