"""Files that were printed, as a proof takes them: PDFs and pictures, alone, in folders and in Zip archives."""

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from o2o.errors import InputFileError
from o2o.printing.drawing.units import MM_PER_INCH
from o2o.printing.proof.pdf_sheet import opened_pdf, opened_sheet
from o2o.printing.proof.pixel_sheet import PixelSheet
from o2o.printing.proof.sheet import Sheet
from o2o.printing.raster.writer import PAGE, SUBJECT

_KINDS = {".pdf", ".png"}
_PNG = b"\x89PNG"
_JOB, _PAGE = re.compile(r"o2o job (\d{1,18})"), re.compile(r"(\d{1,9})")
_DPI = 96
_LARGEST = 2 << 30


@dataclass(frozen=True, slots=True)
class PrintSource:
    """Where a printed file lies: a path, or a member of a Zip archive."""

    path: Path
    member: str = ""

    @property
    def name(self) -> str:
        """The name that a report shows."""
        return self.member or self.path.name


@dataclass(frozen=True, slots=True)
class PrintFile:
    """A printed file that is open: the job that it names (0 for none), and how its pages are reached.

    ``job_page`` is the page of the job that a picture says it is; 0 where a file doesn't say it.
    """

    name: str
    job_id: int
    job_page: int
    pages: int
    sheet: Callable[[int], AbstractContextManager[Sheet]]


def list_prints(paths: Iterable[Path]) -> list[PrintSource]:
    """Return the files to prove, those of folders and archives in the order of their numbers."""
    return [source for path in paths for source in _sources(path)]


def _sources(path: Path) -> list[PrintSource]:
    if path.is_dir():
        inside = sorted((found for found in path.iterdir() if found.suffix.lower() in _KINDS), key=_natural)
        found = [PrintSource(each) for each in inside]
    elif path.suffix.lower() == ".zip":
        with _archive(path) as archive:
            names = [name for name in archive.namelist() if Path(name).suffix.lower() in _KINDS]
        found = [PrintSource(path, name) for name in sorted(names, key=_natural)]
    else:
        return [PrintSource(path)]
    if not found:
        raise InputFileError(path, "no PDF and no PNG in it", "name what 'o2o print' made")
    return found


def _natural(name: str | Path) -> list[tuple[int, str]]:
    """Order tags-2 before tags-10."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", str(name))]


@contextmanager
def _archive(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError):
        raise InputFileError(path, "no Zip archive that can be read", "name one that 'o2o print' made") from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputFileError(path, reason, "check the name and that you may read it") from None


@contextmanager
def opened_print(source: PrintSource) -> Iterator[PrintFile]:
    """Open a printed file; raises InputFileError when it is none."""
    data = _member(source) if source.member else None
    if (data or _start(source.path)).startswith(_PNG):
        yield _picture(source, data)
        return
    with opened_pdf(Path(source.name) if source.member else source.path, data) as document:
        subject = document.get_metadata_value("Subject")
        yield PrintFile(source.name, _number(_JOB, subject), 0, len(document), partial(opened_sheet, document))


def _member(source: PrintSource) -> bytes:
    with _archive(source.path) as archive:
        if archive.getinfo(source.member).file_size > _LARGEST:
            raise InputFileError(source.path, f"{source.member} is larger than 2 GB", "unpack it and prove it alone")
        return archive.read(source.member)


def _start(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(len(_PNG))
    except OSError:
        return b""  # what opens it as a PDF says why


def _picture(source: PrintSource, data: bytes | None) -> PrintFile:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data) if data else source.path) as image:
            image.load()
            texts = {name: str(value) for name, value in image.info.items()}
            width = image.width / image.info.get("dpi", (_DPI, _DPI))[0] * MM_PER_INCH
            sheet = PixelSheet(image, width)
    except (OSError, SyntaxError, ValueError, UnidentifiedImageError, Image.DecompressionBombError):
        raise InputFileError(source.name, "not a picture that can be read", "name one made by 'o2o print'") from None

    @contextmanager
    def opened(_index: int) -> Iterator[Sheet]:
        yield sheet

    job_id, page = _number(_JOB, texts.get(SUBJECT, "")), _number(_PAGE, texts.get(PAGE, ""))
    return PrintFile(source.name, job_id, page, 1, opened)


def _number(form: re.Pattern[str], text: str) -> int:
    found = form.fullmatch(text)
    return int(found[1]) if found else 0
