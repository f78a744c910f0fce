"""Art: what a designer drew in any tool, an SVG or the first page of a PDF, placed below the boxes of a template.

It has nothing to fetch: links to files, networks and scripts are refused or left behind. Its texts must be outlines
in an SVG, and have their fonts with them in a PDF, else each machine would draw them with other letters.
"""

import io
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from o2o.errors import InputFileError, MissingPackageError
from o2o.printing.pdf.file import PdfFile, make_name
from o2o.text_files import read_bytes

if TYPE_CHECKING:
    from PIL.Image import Image

_OUTSIDE = re.compile(
    rb"<!ENTITY|<\?xml-stylesheet|@import|<script|<foreignObject|\bon[a-z]+\s*=\s*[\"']", re.IGNORECASE
)
_LINK = re.compile(rb"\bhref\s*=\s*[\"']\s*(?!#|data:image/)([^\"']*)|url\(\s*[\"']?\s*(?!#|data:image/)([^)\"']*)")
_TEXT = re.compile(rb"<(?:\w+:)?text\b")
_NO_TEXT = re.compile(rb"\bBT\b[^()<>]*?\bET\b")
"""Names a font and shows nothing, as every page of reportlab's does."""

_LEFT_BEHIND = (
    "/Metadata",
    "/PieceInfo",
    "/StructParents",
    "/StructParent",
    "/Ref",
    "/OPI",
    "/Parent",
    "/Annots",
    "/AA",
)
_TURNS = {0: (1, 0, 0, 1, 0, 0), 90: (0, -1, 1, 0, 0, 1), 180: (-1, 0, 0, -1, 1, 1), 270: (0, 1, -1, 0, 1, 0)}
"""The matrix that turns the unit square clockwise, by degrees."""

_FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
_SHOWING = frozenset((b"Tj", b"TJ", b"'", b'"'))
_DEEPEST = 8  # forms within forms


@lru_cache(16)
def load_art(path: Path) -> bytes:
    """Return art as a PDF; raises InputFileError for what can't be placed, MissingPackageError without the extra."""
    data = read_bytes(path)
    pdf = _convert(path, data) if path.suffix.lower() == ".svg" else data
    page = _open(path, pdf)
    if pdf is data:
        _check_fonts(path, page)
    return pdf


def render_art(path: Path, width: int, height: int) -> "Image":
    """Return art as pixels, with nothing where it draws nothing."""
    import pypdfium2

    with pypdfium2.PdfDocument(load_art(path)) as document:
        page = document[0]
        scale = max(width / page.get_width(), height / page.get_height())
        image: Image = page.render(scale=scale, fill_color=(255, 255, 255, 0), rev_byteorder=True).to_pil()
    return image.convert("RGBA").resize((width, height))


def write_art(file: PdfFile, path: Path) -> int:
    """Write art as a form that fills the unit square, and return its number."""
    page = _open(path, load_art(path))
    from pypdf.generic import DictionaryObject

    copy = _Copy(file)
    resources = page.get("/Resources", DictionaryObject()).get_object()
    if path.suffix.lower() == ".svg":
        resources.pop("/Font", None)
    group = f"/Group{copy.body(page['/Group'])}" if "/Group" in page else ""
    contents = page.get_contents()
    drawn = _NO_TEXT.sub(b"", contents.get_data()) if contents is not None else b""
    return file.add_stream(drawn, f"/Type/XObject/Subtype/Form{_frame(page)}/Resources{copy.body(resources)}{group}")


def _frame(page: Any) -> str:
    """Return the area of a page, and the matrix that makes it the unit square, upright."""
    left, bottom, right, top = map(float, page.cropbox)
    x, y = (1 / (right - left), -left / (right - left)), (1 / (top - bottom), -bottom / (top - bottom))
    a, b, c, d, e, f = _TURNS[page.rotation % 360]
    matrix = (x[0] * a, x[0] * b, y[0] * c, y[0] * d, x[1] * a + y[1] * c + e, x[1] * b + y[1] * d + f)
    return f"/BBox[{left:.4f} {bottom:.4f} {right:.4f} {top:.4f}]/Matrix[{' '.join(f'{part:.9f}' for part in matrix)}]"


def _convert(path: Path, data: bytes) -> bytes:
    """Return an SVG as PDF."""
    _check_svg(path, data)
    try:
        from reportlab.graphics import renderPDF
        from svglib.svglib import svg2rlg
    except ImportError:
        raise MissingPackageError("SVG art", "svglib", "art") from None
    drawing = svg2rlg(io.BytesIO(data))
    if drawing is None or not drawing.width or not drawing.height:
        raise InputFileError(path, "no SVG that can be drawn, or one without a size", "save it again as plain SVG")
    pdf: bytes = renderPDF.drawToString(drawing)
    return pdf


def _check_svg(path: Path, data: bytes) -> None:
    if found := _OUTSIDE.search(data):
        raise InputFileError(path, f"has {found[0].decode()!r}, which art must not have", "save it as plain SVG")
    for link in _LINK.finditer(data):
        target = (link[1] or link[2] or b"").decode("utf-8", "replace")
        raise InputFileError(path, f"refers to {target!r}", "embed its pictures, and let it refer to nothing outside")
    if _TEXT.search(data):
        raise InputFileError(
            path, "has text, which each machine would draw with other fonts",
            "turn its text into paths (Inkscape: Path > Object to Path), or save it as PDF",
        )  # fmt: skip


def _open(path: Path, pdf: bytes) -> Any:
    """Return the first page of a PDF that can be placed."""
    try:
        from pypdf import PdfReader
        from pypdf.errors import PyPdfError
    except ImportError:
        raise MissingPackageError("art", "pypdf", "art") from None
    try:
        reader = PdfReader(io.BytesIO(pdf))
        if reader.is_encrypted:
            raise InputFileError(path, "is locked with a password", "save it without one")
        page = reader.pages[0]
    except (PyPdfError, IndexError, KeyError, ValueError, RecursionError):
        raise InputFileError(path, "no PDF with a page that can be read", "export it again") from None
    return page


def _check_fonts(path: Path, page: Any) -> None:
    for font in _shown_fonts(page.get_contents(), page.get("/Resources"), depth=0):
        if not _is_embedded(font):
            name = str(font.get("/BaseFont", "a font"))[1:]
            raise InputFileError(path, f"lacks its font {name}", "embed all fonts, or turn its text into paths")


def _shown_fonts(contents: Any, resources: Any, depth: int) -> Iterator[Any]:
    """Yield the fonts in which a page and the forms on it show text; one may name fonts that it never uses."""
    if resources is None or depth > _DEEPEST:
        return
    found = resources.get_object()
    fonts = found.get("/Font") or {}
    for name in _name_shown(contents):
        if name in fonts:
            yield fonts[name].get_object()
    for item in (found.get("/XObject") or {}).values():
        form = item.get_object()
        if form.get("/Subtype") == "/Form":
            yield from _shown_fonts(form, form.get("/Resources"), depth + 1)


def _name_shown(contents: Any) -> set[str]:
    """Return the names of the fonts that are set where text is shown."""
    from pypdf.generic import ContentStream

    shown: set[str] = set()
    font, outer = "", []
    for operands, operator in ContentStream(contents, None).operations if contents is not None else ():
        if operator == b"q":
            outer.append(font)
        elif operator == b"Q" and outer:
            font = outer.pop()
        elif operator == b"Tf":
            font = str(operands[0])
        elif operator in _SHOWING:
            shown.add(font)
    return shown


def _is_embedded(font: Any) -> bool:
    if font.get("/Subtype") == "/Type3":
        return True
    for descendant in font.get("/DescendantFonts", [font]):
        descriptor = descendant.get_object().get("/FontDescriptor")
        if descriptor is None or not any(key in descriptor.get_object() for key in _FONT_FILES):
            return False
    return True


class _Copy:
    """Copies objects of another PDF into ours, each once, without what leads out of it."""

    def __init__(self, file: PdfFile) -> None:
        self._file = file
        self._numbers: dict[tuple[int, int], int] = {}

    def body(self, value: Any) -> str:
        """Return a value as it is written; what it refers to is written before."""
        from pypdf import generic

        match value:
            case generic.IndirectObject():
                shown = f" {self._number(value)} 0 R"
            case generic.DictionaryObject():
                shown = f"<<{self._entries(value)}>>"
            case generic.ArrayObject():
                shown = f"[{' '.join(self.body(item) for item in value)}]"
            case generic.NameObject():
                shown = make_name(str(value)[1:])
            case generic.TextStringObject() | generic.ByteStringObject():
                shown = f"<{value.original_bytes.hex()}>"
            case generic.BooleanObject():
                shown = " true" if value else " false"
            case generic.NumberObject() | generic.FloatObject():
                shown = f" {value:.6f}" if isinstance(value, float) else f" {int(value)}"
            case _:
                shown = " null"
        return shown

    def _entries(self, values: Mapping[str, Any]) -> str:
        kept = ((key, value) for key, value in values.items() if key not in _LEFT_BEHIND)
        return "".join(make_name(key[1:]) + self.body(value) for key, value in kept)

    def _number(self, reference: Any) -> int:
        key = (reference.idnum, reference.generation)
        if key not in self._numbers:
            self._numbers[key] = self._file.reserve()
            self._write(reference.get_object(), self._numbers[key])
        return self._numbers[key]

    def _write(self, value: Any, number: int) -> None:
        from pypdf.generic import StreamObject

        if isinstance(value, StreamObject):
            # /F of a stream names a file that holds its data instead
            entries = {key: entry for key, entry in value.items() if key not in ("/Length", "/F", "/FFilter")}
            self._file.add_stream(value._data, self._entries(entries), number, packed=True)
        else:
            self._file.add(self.body(value), number)
