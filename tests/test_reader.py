"""Codes read back out of a picture, with where they are."""

from PIL import Image

from o2o.codes.barcode import ean13_modules
from o2o.codes.reader import Format, read_codes
from o2o.codes.smallest import make_symbol


def sheet() -> Image.Image:
    image = Image.new("L", (400, 200), 255)
    symbol = make_symbol("https://S.EXAMPLE.COM/K7M2X9PQ")
    for y, row in enumerate(symbol.rows):
        for x, dark in enumerate(row):
            image.paste(0 if dark else 255, (20 + 4 * x, 20 + 4 * y, 24 + 4 * x, 24 + 4 * y))
    for x, module in enumerate(ean13_modules("0012345678905")):
        image.paste(0 if module == "1" else 255, (160 + 2 * x, 40, 162 + 2 * x, 100))
    return image


def test_both_kinds_are_read_with_their_place() -> None:
    found = {reading.format: reading for reading in read_codes(sheet())}
    assert found[Format.QR].text == "https://S.EXAMPLE.COM/K7M2X9PQ"
    assert abs(found[Format.QR].x - 70) < 4 and abs(found[Format.QR].y - 70) < 4
    assert found[Format.EAN13].text == "0012345678905"
    assert abs(found[Format.EAN13].x - 255) < 4


def test_only_the_kind_asked_for_is_read() -> None:
    assert [reading.format for reading in read_codes(sheet(), Format.EAN13)] == [Format.EAN13]


def test_an_empty_picture_has_no_code() -> None:
    assert read_codes(Image.new("L", (100, 100), 255)) == []
