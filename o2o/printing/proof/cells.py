"""Compares what a cell shows with what its job printed there: its code, its linear code, its texts."""

from collections.abc import Iterable, Iterator

from o2o.codes.barcode import linear_format
from o2o.codes.reader import Format, Reading
from o2o.codes.scannability import PASSING_GRADES
from o2o.codes.symbol import QUIET_ZONE
from o2o.printing.drawing.sample import SAMPLE
from o2o.printing.layout.codes import LEAST_QR_MODULE
from o2o.printing.proof.messages import (
    BAD_GRADE,
    BARCODE,
    COVERED,
    EAN,
    LINEAR_UNREAD,
    QUIET_ZONE_LOST,
    SMALL_MODULES,
    TEXT_ADDED,
    TEXT_MISSING,
    Fault,
    but_found,
)
from o2o.printing.proof.reading import Cell
from o2o.printing.proof.scoring import CodeScore
from o2o.printing.proof.sheet import Sheet, closer_looks

_ROUNDING = 0.97  # of a module as measured in a picture


def find_score_faults(score: CodeScore, *, on_paper: bool) -> Iterator[Fault]:
    """Yield what will make a code that was read hard to scan, and what to do."""
    quality = score.quality
    if on_paper and score.module < LEAST_QR_MODULE * _ROUNDING:
        yield Fault.of(SMALL_MODULES, module=score.module, least=LEAST_QR_MODULE)
    if quality.grade not in PASSING_GRADES:
        yield Fault.of(BAD_GRADE, grade=quality.grade, unused=quality.unused, contrast=quality.contrast)
    if score.quiet < QUIET_ZONE:
        yield Fault.of(QUIET_ZONE_LOST, quiet=score.quiet, wanted=QUIET_ZONE)


def find_linear_faults(sheet: Sheet, cell: Cell, readings: Iterable[Reading]) -> Iterator[Fault]:
    """Yield what is wrong with the linear code of a cell; where it was not read, look closer."""
    if not cell.ean or any(cell.ean == reading.text for reading in readings):
        return
    wanted = linear_format(cell.ean)
    found = {reading.text for reading in readings if reading.format is wanted}
    for picture in closer_looks(sheet, cell.area):
        found |= {reading.text for reading in picture.codes(wanted, quick=False)}
        if cell.ean in found:
            break
    if cell.ean not in found:
        kind, others = BARCODE if wanted is Format.CODE128 else EAN, but_found(", ".join(sorted(found)))
        yield Fault.of(LINEAR_UNREAD, kind=kind, wanted=cell.ean, found=others)


def find_text_faults(sheet: Sheet, cell: Cell, *, sample: bool) -> Iterator[Fault]:
    """Yield what differs between the texts of a job and those in a cell, but for the mark across a sample."""
    printed = ["".join(text.split()) for text in cell.texts]
    rest = sheet.text(cell.area)
    if rest is None:
        return
    if hidden := sheet.hidden_texts(cell.area):
        yield Fault.of(COVERED, text=_quoted(hidden))
    if rest == "".join(printed):
        return
    missing = []
    for text in sorted(printed, key=len, reverse=True):
        if text not in rest:
            missing.append(text)
        rest = rest.replace(text, "", 1)
    added = "".join(character for character in rest if not sample or character not in SAMPLE)
    if missing:
        yield Fault.of(TEXT_MISSING, text=_quoted(missing), found=but_found(_quoted([added]) if added else ""))
    elif added:
        yield Fault.of(TEXT_ADDED, text=_quoted([added]))


def _quoted(texts: Iterable[str]) -> str:
    return ", ".join(f"“{text}”" for text in texts)
