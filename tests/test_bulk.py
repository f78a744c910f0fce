"""Symbols in bulk: each is the one that qrcode makes, and reads back."""

from collections import deque
from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
import pytest
import zxingcpp
from hypothesis import example, given, settings
from hypothesis import strategies as st
from qrcode import util
from qrcode.main import QRCode

from o2o.codes import symbols
from o2o.codes.bulk import SAMPLE, DifferentSymbolError, TextTooLongError
from o2o.codes.symbol import LEVELS, Symbol
from o2o.errors import SettingError

DIGITS = "0123456789"
CAPITALS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
URL = "https://S.EXAMPLE.COM/"

levels = st.sampled_from(sorted(LEVELS))
masks = st.sampled_from(["best", *range(8)])
optimizations = st.sampled_from([0, 1, 4, 13, 20])
runs = st.one_of(
    st.text(DIGITS, max_size=40), st.text(CAPITALS, max_size=40), st.text(max_size=12), st.text("az\n扫码", max_size=20)
)
payloads = st.lists(runs, max_size=5).map("".join)


def make_by_qrcode(text: str, level: str, mask: str | int, optimize: int) -> np.ndarray:
    qr = QRCode(error_correction=LEVELS[level], mask_pattern=None if mask == "best" else mask)
    qr.add_data(text, optimize=optimize)
    qr.make(fit=True)
    return np.array(qr.modules)


def read(symbol: Symbol) -> str:
    picture = np.where(np.pad(symbol.matrix, 4), 0, 255).astype(np.uint8).repeat(3, axis=0).repeat(3, axis=1)
    [found] = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    return found.bytes.decode()


def vary(text: str, count: int, seed: int = 1) -> list[str]:
    """Return texts of the same kinds of characters in the same places."""
    random = Random(seed)
    kinds = (DIGITS, CAPITALS[10:], "abcdefghijklmnopqrstuvwxyz")
    kind_of = {character: kind for kind in kinds for character in kind}
    return ["".join(random.choice(kind_of.get(character, character)) for character in text) for _ in range(count)]


@settings(max_examples=120, deadline=None)
@given(st.lists(payloads, max_size=4), levels, masks, optimizations)
@example([""], "M", "best", 20)
@example([""], "H", 3, 0)
@example(["123\n", "AB\n"], "L", "best", 20)
def test_symbols_of_any_texts_are_those_of_qrcode(texts: list[str], level: str, mask: str | int, optimize: int) -> None:
    made = symbols(texts, level=level, mask=mask, optimize=optimize)
    assert len(made) == len(texts)
    for symbol, text in zip(made, texts, strict=True):
        assert np.array_equal(symbol.matrix, make_by_qrcode(text, level, mask, optimize))
        assert symbol.matrix.shape == (17 + 4 * symbol.version,) * 2


@settings(max_examples=60, deadline=None)
@given(payloads.filter(bool), levels, masks, optimizations, st.integers(0, 2**32))
def test_symbols_of_families_are_those_of_qrcode(
    text: str, level: str, mask: str | int, optimize: int, seed: int
) -> None:
    texts = vary(text, 6 if mask == "best" else 16, seed)
    made = symbols(texts, level=level, mask=mask, optimize=optimize)
    for place in (1, 3, len(texts) - 1):
        assert np.array_equal(made[place].matrix, make_by_qrcode(texts[place], level, mask, optimize))


@pytest.mark.parametrize("level", sorted(LEVELS))
@pytest.mark.parametrize("length", [1, 60, 130, 250, 500])
def test_best_masks_of_long_texts_are_those_of_qrcode(level: str, length: int) -> None:
    texts = vary("a1B/" * (length // 4) + "a", 12, length)
    made = symbols(texts, level=level)
    expected = [make_by_qrcode(text, level, "best", 20) for text in texts[1::4]]
    assert all(np.array_equal(symbol.matrix, matrix) for symbol, matrix in zip(made[1::4], expected, strict=True))


@pytest.mark.parametrize("mask", ["best", 5])
def test_a_family_of_the_largest_version_is_that_of_qrcode(mask: str | int) -> None:
    texts = ["x" * 2900 + suffix for suffix in vary("abcdefgh", 16)]
    made = symbols(texts, level="L", mask=mask)
    assert made[9].version == 40
    assert np.array_equal(made[9].matrix, make_by_qrcode(texts[9], "L", mask, 20))


def test_mixed_lengths_keep_their_order_and_all_read_back() -> None:
    random = Random(3)
    texts = [URL + "".join(random.choices("abcXYZ029", k=random.randrange(1, 60))) for _ in range(300)]
    made = symbols(texts, level="Q")
    assert [read(symbol) for symbol in made] == texts


def test_duplicates_have_equal_symbols() -> None:
    made = symbols([URL, "another", URL] * 10)
    assert all(np.array_equal(symbol.matrix, made[0].matrix) for symbol in made[::3] + made[2::3])


def test_each_batch_keeps_its_place() -> None:
    texts = [f"https://s.example.com/{number:08}" for number in range(70_000)]
    made = symbols(texts, mask=2)
    assert [read(made[place]) for place in (0, 65_535, 65_536, -1)] == [texts[p] for p in (0, 65_535, 65_536, -1)]


def test_no_texts_have_no_symbols() -> None:
    assert list(symbols([])) == []


def test_symbols_are_a_sequence() -> None:
    texts = vary(URL + "AB12", 5)
    made = symbols(texts)
    assert [read(symbol) for symbol in made[1:3]] == texts[1:3]
    assert read(made[-1]) == texts[-1]
    with pytest.raises(IndexError):
        made[5]


@pytest.mark.parametrize("texts", [["0" * 300], ["\0" * 60, "\0" * 61]])
@pytest.mark.parametrize("mask", ["best", 1])
def test_a_block_of_zeros_is_made_though_qrcode_fails_on_it(texts: list[str], mask: str | int) -> None:
    with pytest.raises(ValueError, match="glog"):
        make_by_qrcode(texts[0], "H", mask, 20)
    assert [read(symbol) for symbol in symbols(texts, level="H", mask=mask)] == texts


def test_a_symbol_that_is_not_that_of_qrcode_fails_the_whole_job(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"https://s.example.com/{number:08}" for number in range(2 * SAMPLE)]
    symbols(texts)
    monkeypatch.setattr(util, "lost_point", lambda modules: 0)  # another release might choose other masks
    with pytest.raises(DifferentSymbolError, match="not the one that the library qrcode makes"):
        symbols(texts)


@pytest.mark.parametrize("optimize", [0, 20])
def test_a_text_too_long_is_refused(optimize: int) -> None:
    with pytest.raises(TextTooLongError, match=r"xxx….*too long for a QR symbol"):
        symbols(["short", "x" * 2954], level="L", optimize=optimize)


def test_half_a_character_is_refused() -> None:
    with pytest.raises(SettingError, match="half of a character"):
        symbols(["fine", "\ud800"])


@pytest.mark.parametrize("payloads", [[None], ["fine", b"bytes"], [5], "one text"])
def test_what_is_no_list_of_texts_is_said(payloads: object) -> None:
    with pytest.raises(TypeError, match="text"):
        symbols(payloads)


@pytest.mark.parametrize("kind", [tuple, deque, iter, np.array])
def test_texts_come_in_any_order_that_can_be_walked(kind: Callable[[list[str]], Any]) -> None:
    assert [read(symbol) for symbol in symbols(kind(["one", "two"]))] == ["one", "two"]


@pytest.mark.parametrize("option", [{"level": "Z"}, {"mask": 8}, {"mask": "worst"}, {"optimize": -1}])
def test_an_option_that_is_none_is_refused(option: dict[str, object]) -> None:
    with pytest.raises(SettingError):
        symbols(["x"], **option)
