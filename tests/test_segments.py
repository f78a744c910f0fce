"""Segments, versions and data codewords: what qrcode makes of each text."""

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st
from qrcode import util
from qrcode.main import QRCode

from o2o.codes.segments import TOO_LARGE, fit_version, group_by_layout, write_codewords

characters = st.one_of(
    st.text("0123456789", max_size=30), st.text("AZ $%*+-./:09", max_size=30), st.text("az\n扫", max_size=8)
)
texts = st.lists(characters, max_size=6).map("".join).map(str.encode)
optimizations = st.integers(0, 40)
levels = st.sampled_from([0, 1, 2, 3])


def layout_by_qrcode(text: bytes, optimize: int) -> tuple[tuple[int, int], ...]:
    qr = QRCode()
    qr.add_data(text, optimize=optimize)
    return tuple((data.mode, len(data)) for data in qr.data_list)


def matrix(*rows: bytes) -> np.ndarray:
    return np.frombuffer(b"".join(rows), np.uint8).reshape(len(rows), -1 if rows[0] else 0)


@given(texts, optimizations)
@example(b"", 0)
@example(b"", 20)
@example(b"12\n", 20)
@example(b"AB\n", 20)
@example(b"\n", 20)
@example(b"12\nA", 4)
@example(b"1234567890\n", 10)
def test_a_text_is_split_as_qrcode_does(text: bytes, optimize: int) -> None:
    [(layout, rows)] = group_by_layout(matrix(text), optimize)
    assert layout == layout_by_qrcode(text, optimize)
    assert rows.tolist() == [0]


@given(st.lists(st.text("0A\n", min_size=9, max_size=9).map(str.encode), min_size=1, max_size=30), st.integers(0, 10))
def test_texts_are_grouped_by_how_they_are_split(rows: list[bytes], optimize: int) -> None:
    groups = group_by_layout(matrix(*rows), optimize)
    found = {row: layout for layout, members in groups for row in members.tolist()}
    assert found == {row: layout_by_qrcode(text, optimize) for row, text in enumerate(rows)}
    assert len({layout for layout, _ in groups}) == len(groups)


@given(texts, st.integers(1, 100), optimizations, levels)
def test_the_version_is_the_one_that_qrcode_fits(text: bytes, times: int, optimize: int, level: int) -> None:
    qr = QRCode(error_correction=level)
    qr.add_data(text * times, optimize=optimize)
    try:
        version = qr.best_fit()
    except ValueError:  # it asks for version 41
        version = TOO_LARGE
    [(layout, _)] = group_by_layout(matrix(text * times), optimize)
    assert fit_version(layout, level) == version


@given(texts, optimizations, levels)
def test_data_codewords_are_those_of_qrcode(text: bytes, optimize: int, level: int) -> None:
    [(layout, _)] = group_by_layout(matrix(text), optimize)
    version = fit_version(layout, level)
    buffer = util.BitBuffer()
    qr = QRCode()
    qr.add_data(text, optimize=optimize)
    for data in qr.data_list:
        buffer.put(data.mode, 4)
        buffer.put(len(data), util.length_in_bits(data.mode, version))
        data.write(buffer)
    limit = util.BIT_LIMIT_TABLE[level][version]
    buffer.put(0, min(4, limit - len(buffer)))
    buffer.put(0, -len(buffer) % 8)
    for number in range((limit - len(buffer)) // 8):
        buffer.put((util.PAD0, util.PAD1)[number % 2], 8)
    assert write_codewords(matrix(text), layout, version, level).tolist() == [buffer.buffer]
