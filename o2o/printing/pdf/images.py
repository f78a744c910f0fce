"""Pictures in a PDF: a JPEG as it is, any other as pixels, with its transparency; each kept once."""

import io
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from o2o.printing.pdf.file import PdfFile
from o2o.text_files import read_bytes

if TYPE_CHECKING:
    from PIL.Image import Image

_KEPT = 4096  # pictures that are known again; a catalogue of others, one a tag, must not fill the memory
_ORIENTATION = 274  # EXIF
_TURNS = {
    2: "-1 0 0 1 1 0",
    3: "-1 0 0 -1 1 1",
    4: "1 0 0 -1 0 1",
    5: "0 -1 -1 0 1 1",
    6: "0 -1 1 0 0 1",
    7: "0 1 1 0 0 0",
    8: "0 1 -1 0 1 0",
}
"""How a camera's picture is turned and mirrored so that it stands upright, by its EXIF orientation."""

_SPACES = {"1": "/DeviceGray", "L": "/DeviceGray", "RGB": "/DeviceRGB", "CMYK": "/DeviceCMYK"}


@dataclass(frozen=True, slots=True)
class KeptImage:
    """An image in the file: its number, and the matrix that turns it upright within its square."""

    number: int
    turn: str = ""


class PdfImages:
    """The pictures of a file under way."""

    def __init__(self, file: PdfFile) -> None:
        self._file = file
        self._kept: OrderedDict[Path | bytes, KeptImage] = OrderedDict()

    def keep(self, source: Path | bytes) -> KeptImage:
        """Return the image of a picture file or its bytes, written once."""
        key = source if isinstance(source, Path) else blake2b(source, digest_size=16).digest()
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        image = self.keep(read_bytes(source)) if isinstance(source, Path) else self._write(source)
        self._kept[key] = image
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return image

    def _write(self, data: bytes) -> KeptImage:
        from PIL import Image

        with Image.open(io.BytesIO(data)) as image:
            turn = _TURNS.get(image.getexif().get(_ORIENTATION, 1), "")
            is_jpeg = image.format == "JPEG" and image.mode in _SPACES
            return KeptImage(self._write_jpeg(image, data) if is_jpeg else self._write_pixels(image), turn)

    def _write_jpeg(self, image: "Image", data: bytes) -> int:
        # programs that write Adobe's marker write the four inks the other way round
        inverted = "/Decode[1 0 1 0 1 0 1 0]" if image.mode == "CMYK" and "adobe" in image.info else ""
        return self._file.add_stream(data, f"{_describe(image)}{inverted}/Filter/DCTDecode", packed=True)

    def _write_pixels(self, image: "Image") -> int:
        mask = ""
        if image.has_transparency_data:
            image = image.convert("RGBA")
            mask = f"/SMask {self._write_pixels(image.getchannel('A'))} 0 R"
        if image.mode not in _SPACES or mask:
            image = image.convert("RGB")
        return self._file.add_stream(image.tobytes(), f"{_describe(image)}{mask}")


def _describe(image: "Image") -> str:
    bits = 1 if image.mode == "1" else 8
    return (
        f"/Type/XObject/Subtype/Image/Width {image.width}/Height {image.height}"
        f"/ColorSpace{_SPACES[image.mode]}/BitsPerComponent {bits}"
    )
