"""Pages as PNG pictures for screens and electronic shelf labels: one in a file of its own, several in a zip.

Every picture names its print job and its page, so that it can be proved on its own. The job's number is known only
when all pages are written, so each has room for it that is filled at the end.
"""

import io
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from o2o.errors import SettingError
from o2o.printing.drawing.items import Item, Panel
from o2o.printing.drawing.sample import sample_marks
from o2o.printing.drawing.units import MM_PER_INCH
from o2o.printing.drawing.writer import Area, PageBoxes, Writer
from o2o.printing.raster.painter import Painter
from o2o.printing.raster.palette import reduce_to_inks

if TYPE_CHECKING:
    from PIL.Image import Image

SUBJECT, PAGE = "Subject", "Page"
"""The texts of a picture that say of which print job it is (``o2o job 7``) and which of its pages."""

_ROOM = "o2o job " + 12 * "0"
_END = struct.pack(">I", 0) + b"IEND" + struct.pack(">I", zlib.crc32(b"IEND"))
_CRC_IN_HEADER = 14  # bytes from the start of an entry of a zip (APPNOTE.TXT, 4.3.7)
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A picture in a zip: where it begins, where its subject is, and the checksum of all before that."""

    info: ZipInfo
    subject: int
    checksum: int


class _Pictures(ZipFile):
    """A zip that is left as it is when its print is given up; Python's would be finished, in a file closed by then."""

    def __del__(self) -> None:
        """Do nothing."""


class PngWriter(Writer):
    """Pictures under way: start a page, place things on it, end it; at last finish the file.

    ``inks`` are those of a panel that has but a few; the next page has them.
    """

    def __init__(self, file: BinaryIO, out: Path, inks: tuple[str, ...] = ()) -> None:
        self.inks = inks
        self.pages = 0
        self.duplex = ""
        self._file = file
        self._out = out
        self._zip = _Pictures(file, "w", ZIP_STORED) if out.suffix.lower() == ".zip" else None
        self._entries: list[_Entry] = []
        self._names: dict[str, int] = {}
        self._name = ""
        self._dpi = 0
        self._size = (0.0, 0.0)
        self._picture = b""
        self._painter = Painter((1, 1), 1)

    def start_page(self, width: float, height: float, dpi: int, boxes: PageBoxes | None = None) -> None:
        """Begin a picture of so many whole pixels as come nearest to this size in mm."""
        if self.pages and not self._zip:
            advice = f"name a zip, such as {self._out.with_suffix('.zip').name}"
            raise SettingError("out", self._out.name, "a PNG holds one page, and there are more", advice)
        del boxes  # a picture is not cut
        scale = dpi / MM_PER_INCH
        self._painter = Painter((round(width * scale), round(height * scale)), scale, self.inks)
        self._dpi, self._size, self._name = dpi, (width, height), ""
        self.pages += 1

    def name_page(self, name: str) -> None:
        """Name the picture under way in its zip after what it shows."""
        self._name = "".join(letter if letter.isalnum() or letter in "-_.+" else "_" for letter in name)

    def place(self, items: Iterable[Item], x: float, y: float, within: Area | None = None) -> None:
        """Paint things from a point of the page on, in mm from its top left, but nothing outside of ``within``."""
        self._painter.paint(items, x, y, within)

    def mark_sample(self, codes: Iterable[Panel]) -> None:
        """Write 样张 SAMPLE across the page, over everything but codes and their quiet zones."""
        self._painter.mark(sample_marks(*self._size), codes)

    def end_page(self) -> None:
        """Close the picture."""
        picture = _encode(self._reduced(), self._dpi, self.pages)
        if self._zip:
            self._add(self._zip, picture)
        else:
            self._picture = picture

    def close(self) -> None:
        """Do nothing: all that takes long is written."""

    def finish(self, subject: str) -> None:
        """Write the rest of the file and the job's number into every picture."""
        number = subject.rpartition(" ")[2]
        chunk = _subject_chunk(_ROOM[: -len(number)] + number)
        if not self._zip:
            self._file.write(self._picture + chunk + _END)
            return
        for entry in self._entries:
            entry.info.CRC = zlib.crc32(chunk + _END, entry.checksum)
            self._file.seek(entry.info.header_offset + _CRC_IN_HEADER)
            self._file.write(struct.pack("<I", entry.info.CRC))
            self._file.seek(entry.subject)
            self._file.write(chunk)
        self._file.seek(self._zip.start_dir)
        self._zip.comment = subject.encode()
        self._zip.close()

    def _reduced(self) -> "Image":
        image = self._painter.image
        return reduce_to_inks(image, self.inks) if self.inks else image.convert("RGB")

    def _add(self, pictures: ZipFile, picture: bytes) -> None:
        info = ZipInfo(self._entry_name(), _LONG_AGO)
        info.create_system, info.external_attr = 3, 0o644 << 16
        pictures.writestr(info, picture + _subject_chunk(_ROOM) + _END)
        start = pictures.start_dir - info.file_size
        self._entries.append(_Entry(info, start + len(picture), zlib.crc32(picture)))

    def _entry_name(self) -> str:
        name = self._name or f"{self._out.stem}-{self.pages:03}"
        self._names[name] = count = self._names.get(name, 0) + 1
        return f"{name}.png" if count == 1 else f"{name}-{count}.png"


def _encode(image: "Image", dpi: int, page: int) -> bytes:
    """Return a PNG without its end, and without the name of its job."""
    from PIL.PngImagePlugin import PngInfo

    texts = PngInfo()
    texts.add_text("Software", "o2o")
    texts.add_text(PAGE, str(page))
    out = io.BytesIO()
    image.save(out, "PNG", dpi=(dpi, dpi), pnginfo=texts)
    return out.getvalue()[: -len(_END)]


def _subject_chunk(subject: str) -> bytes:
    body = b"tEXt" + SUBJECT.encode() + b"\0" + subject.encode()
    return struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
