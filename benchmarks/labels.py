"""Shelf tags as ZPL for a thermal printer, beside a picture of each label; both from values that are at hand."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.measure import Contest
from o2o.codes.check_digits import check_digit
from o2o.codes.smallest import make_symbols
from o2o.printing.drawing.fonts import BLACK, BOLD, font_path
from o2o.printing.layout.composer import Composer
from o2o.printing.layout.parts import Layout
from o2o.printing.template.file import find_template
from o2o.printing.thermal.zpl import ZplWriter

SIZE = 4000
_TEMPLATE = "shelf-tag-roll"
_DPI = 203
_HANZI = [bytes([high, low]).decode("gb2312") for high in range(0xB0, 0xD7) for low in range(0xA1, 0xFB)]
_PEERS = 40  # labels as pictures; they are alike, and all would take a minute


@contextmanager
def contest(folder: Path, size: int) -> Iterator[Contest]:
    """Write labels whose layouts are made into ZPL, each time anew."""
    del folder
    values = [_values(number) for number in range(size)]
    layouts = _lay_out(values)
    _write(layouts[: min(size, _PEERS)])  # fonts are read once a program

    def ours() -> int:
        _write(layouts)
        return size

    def pictures() -> int:
        for each in values[:_PEERS]:
            _picture_label(each)
        return min(size, _PEERS)

    yield Contest("ZPL labels", "labels/s", ours, {"qrcode, a PIL image and ^GFA a label": pictures})


def _values(number: int) -> dict[str, str]:
    name = "".join(_HANZI[(number * 7 + place * 331) % len(_HANZI)] for place in range(9))
    body = f"690{number:09}"
    return {
        "url": f"https://s.o2o-bench.com/{number:08}",
        "name": name,
        "price": f"¥{number % 100}.90",
        "unit": "盒",
        "ean": body + check_digit(body),
    }


def _lay_out(values: list[dict[str, str]]) -> list[Layout]:
    composer = Composer(find_template(_TEMPLATE), _DPI)
    symbols = make_symbols([each["url"] for each in values], raised=True)
    return [composer.lay_out(each, symbol) for each, symbol in zip(values, symbols, strict=True)]


def _write(layouts: list[Layout]) -> None:
    writer = ZplWriter(io.BytesIO())
    for layout in layouts:
        writer.start_page(70, 38, _DPI)
        writer.place(layout.items, 0, 0)
        writer.end_page()
    writer.finish("")


def _picture_label(values: dict[str, str]) -> bytes:
    import qrcode
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("1", (560, 304), 1)
    draw: Any = ImageDraw.Draw(image)
    draw.text((16, 40), values["name"], 0, ImageFont.truetype(font_path(BOLD), 31))
    draw.text((16, 130), values["price"], 0, ImageFont.truetype(font_path(BLACK), 70))
    draw.text((40, 250), values["ean"], 0, ImageFont.truetype(font_path(BOLD), 20))
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, box_size=5, border=4)
    code.add_data(values["url"])
    image.paste(code.make_image().get_image(), (370, 20))
    data = bytes(255 - byte for byte in image.tobytes())
    return b"^XA^FO0,0^GFA,%d,%d,70,%s^XZ" % (len(data), len(data), data.hex().upper().encode())
