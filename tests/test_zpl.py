"""ZPL: what is written."""

from o2o.codes.smallest import make_symbol
from o2o.printing.drawing.fonts import BOLD
from o2o.printing.drawing.items import Matrix, Panel, Text
from tests.label_printers import BLACK, URL, Linear, matrix, write


def test_a_label_has_its_size_its_fields_and_its_copies() -> None:
    data = write("zpl", [Panel(1, 1, 10, 2, fill=BLACK)], [Panel(1, 1, 10, 2, fill=BLACK)])
    assert data == b"^XA^LH0,0^PW400^LL320^FO24,32^GB80,16,16,B^FS^PQ2^XZ\n"


def test_a_symbol_has_level_mask_and_bytes_of_ours() -> None:
    symbol = make_symbol(URL, raised=True)
    data = write("zpl", [Matrix(5, 5, 0.5, symbol, BLACK, URL)]).decode()
    assert f"^BY4,3,1^FO56,64^BQN,2,4,{symbol.level},{symbol.mask}^FH^FD{symbol.level}M,B0029{URL}^FS" in data


def test_signs_of_commands_are_escaped_and_counted_once() -> None:
    data = write("zpl", [matrix("https://s.cn/a^b~c_d", 5, 5, 0.5)])
    assert b"M,B0020https://s.cn/a_5Eb_7Ec_5Fd^FS" in data


def test_an_ean_is_given_without_its_check_digit() -> None:
    data = write("zpl", [Linear("6901234567892").at(5, 5, 0.25)])
    assert b"^BY2,3,60^FO56,64^BEN,60,N,N^FD690123456789^FS" in data


def test_equal_rows_of_a_bitmap_are_a_sign_each() -> None:
    data = write("zpl", [matrix("https://s.example.cn/鸡蛋", 5, 5, 0.5)])
    assert data.count(b":") > 3 * 20
    assert len(data) < 1500


def test_a_text_is_written_without_the_white_around_it() -> None:
    data = write("zpl", [Text(1, 10, "一", BOLD, 4, BLACK)])
    assert len(data) < 100
