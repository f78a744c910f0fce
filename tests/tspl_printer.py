"""A label printer that understands as much TSPL as we write; it shares nothing with what wrote it.

Source: TSC, TSPL/TSPL2 Programming. Bitmaps have a dot where a bit is 0; codes come from qrcode and zxing-cpp.
"""

import io
import re
from dataclasses import dataclass

import numpy as np
import qrcode
import zxingcpp
from PIL import Image
from qrcode.util import MODE_8BIT_BYTE, MODE_ALPHA_NUM, MODE_NUMBER, QRData

_LEVELS = {
    "L": qrcode.ERROR_CORRECT_L, "M": qrcode.ERROR_CORRECT_M, "Q": qrcode.ERROR_CORRECT_Q, "H": qrcode.ERROR_CORRECT_H
}  # fmt: skip
_MODES = {"N": MODE_NUMBER, "A": MODE_ALPHA_NUM, "B": MODE_8BIT_BYTE}


@dataclass
class Label:
    """What came out of the printer, and how often."""

    image: Image.Image
    copies: int


def print_labels(data: bytes, dpi: int) -> list[Label]:
    """Return the labels that a job prints."""
    printer = _Printer(dpi)
    job = io.BytesIO(data)
    while command := _read_until(job, b" \r"):
        printer.obey(command, job)
    return printer.labels


class _Printer:
    def __init__(self, dpi: int) -> None:
        self.labels: list[Label] = []
        self._dots = dpi / 25.4
        self._page = np.zeros((0, 0), bool)

    def obey(self, command: str, job: io.BytesIO) -> None:
        getattr(self, f"do_{command.lower()}")(job)

    def do_size(self, job: io.BytesIO) -> None:
        width, height = re.fullmatch(r"([\d.]+) mm,([\d.]+) mm", _rest(job)).groups()
        self._page = np.zeros((round(float(height) * self._dots), round(float(width) * self._dots)), bool)

    def do_direction(self, job: io.BytesIO) -> None:
        assert _rest(job) == "1"

    def do_reference(self, job: io.BytesIO) -> None:
        assert _rest(job) == "0,0"

    def do_cls(self, job: io.BytesIO) -> None:
        assert job.read(1) == b"\n"
        self._page[:] = False

    def do_bar(self, job: io.BytesIO) -> None:
        self._fill(_rest(job), dark=True)

    def do_erase(self, job: io.BytesIO) -> None:
        self._fill(_rest(job), dark=False)

    def _fill(self, arguments: str, *, dark: bool) -> None:
        x, y, width, height = map(int, arguments.split(","))
        self._page[y : y + height, x : x + width] = dark

    def do_bitmap(self, job: io.BytesIO) -> None:
        x, y, row_bytes, height, mode = (int(_read_until(job, b",")) for _ in range(5))
        data = np.frombuffer(job.read(row_bytes * height), np.uint8).reshape(height, row_bytes)
        assert job.read(2) == b"\r\n"
        dots = np.unpackbits(data, axis=1) == 0
        place = self._page[y : y + height, x : x + dots.shape[1]]
        dots = dots[: place.shape[0], : place.shape[1]]
        place[:] = (dots, place | dots, place ^ dots)[mode]

    def do_qrcode(self, job: io.BytesIO) -> None:
        pattern = r'(\d+),(\d+),([LMQH]),(\d+),M,0,M2,S([0-7]),"([NAB])(.*)"'
        x, y, level, cell, mask, mode, text = re.fullmatch(pattern, _rest(job)).groups()
        if mode == "B":
            assert int(text[:4]) == len(text[4:])
            text = text[4:]
        symbol = qrcode.QRCode(error_correction=_LEVELS[level], border=0, mask_pattern=int(mask))
        symbol.add_data(QRData(text.encode(), mode=_MODES[mode]))
        self._stamp(int(x), int(y), np.kron(symbol.get_matrix(), np.ones((int(cell), int(cell)), bool)))

    def do_barcode(self, job: io.BytesIO) -> None:
        pattern = r'(\d+),(\d+),"(EAN13|EAN8|UPCA|128)",(\d+),0,0,(\d+),\5,"(.*)"'
        x, y, kind, height, narrow, text = re.fullmatch(pattern, _rest(job)).groups()
        kinds = {"EAN13": "EAN13", "EAN8": "EAN8", "UPCA": "UPCA", "128": "Code128"}
        code = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, kinds[kind]))
        modules = np.array(code.to_image(add_quiet_zones=False))[0] < 128
        modules = modules[modules.argmax() : len(modules) - modules[::-1].argmax()]
        self._stamp(int(x), int(y), np.kron(modules[None, :], np.ones((int(height), int(narrow)), bool)))

    def _stamp(self, x: int, y: int, dots: np.ndarray) -> None:
        self._page[y : y + dots.shape[0], x : x + dots.shape[1]] |= dots.astype(bool)

    def do_print(self, job: io.BytesIO) -> None:
        sets, copies = map(int, _rest(job).split(","))
        assert sets == 1
        self.labels.append(Label(Image.fromarray(~self._page).convert("L"), copies))


def _read_until(job: io.BytesIO, ends: bytes) -> str:
    read = b""
    while (byte := job.read(1)) and byte not in ends:
        read += byte
    return read.decode("ascii")


def _rest(job: io.BytesIO) -> str:
    line = job.readline()
    assert line.endswith(b"\r\n")
    return line[:-2].decode("ascii")
