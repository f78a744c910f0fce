"""TSPL: what is written."""

from o2o.codes.smallest import make_symbol
from o2o.printing.drawing.fonts import BOLD
from o2o.printing.drawing.items import Matrix, Panel, Text
from tests.label_printers import BLACK, URL, Linear, write


def test_a_label_has_its_size_its_fields_and_its_copies() -> None:
    data = write("tspl", [Panel(1, 1, 10, 2, fill=BLACK)], [Panel(1, 1, 10, 2, fill=BLACK)])
    assert data.split(b"\r\n") == [
        b"SIZE 50.05 mm,40.04 mm", b"DIRECTION 1", b"REFERENCE 0,0", b"CLS", b"BAR 24,32,80,16", b"PRINT 1,2", b""
    ]  # fmt: skip


def test_a_symbol_is_of_model_2_with_level_mask_and_bytes_of_ours() -> None:
    symbol = make_symbol(URL, raised=True)
    data = write("tspl", [Matrix(5, 5, 0.5, symbol, BLACK, URL)]).decode()
    assert f'QRCODE 56,64,{symbol.level},4,M,0,M2,S{symbol.mask},"B0029{URL}"\r\n' in data


def test_an_ean_is_given_without_its_check_digit() -> None:
    data = write("tspl", [Linear("6901234567892").at(5, 5, 0.25)])
    assert b'BARCODE 56,64,"EAN13",60,0,0,2,2,"690123456789"\r\n' in data


def test_a_quote_in_a_code_is_drawn_as_a_bitmap() -> None:
    data = write("tspl", [Linear('A"B').at(5, 5, 0.25)])
    assert b"BITMAP" in data
    assert b'A"B' not in data


def test_the_bits_of_a_bitmap_are_0_where_it_is_black() -> None:
    data = write("tspl", [Text(1, 10, "一", BOLD, 4, BLACK)])
    head, _, bits = data.partition(b"BITMAP ")[2].partition(b",1,")
    row_bytes, height = map(int, head.split(b",")[2:])
    assert bits[row_bytes * height :] == b"\r\nPRINT 1,1\r\n"
    assert bits[0] & 0x80
