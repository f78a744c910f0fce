"""Clippings of printed pages: the cells that a report shows, as PNGs."""

import io
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from o2o.printing.drawing.units import MM_PER_INCH
from o2o.printing.proof.files import list_prints, opened_print
from o2o.printing.proof.picture import Area
from o2o.printing.proof.report import ProofReport

_CLIPPED = 24
_PIXELS = 480
_MOST_DPI = 300

Spot = tuple[str, int, int | None]
"""A file, a page of it, and a cell of that."""

Clippings = Mapping[Spot, str]
"""PNGs in base64, by what they show."""


def cut_out(reports: Iterable[ProofReport], paths: Iterable[Path]) -> dict[Spot, str]:
    """Return PNGs of the cells that the report shows, from the files themselves."""
    wanted: dict[str, dict[tuple[int, int | None], Area]] = {}
    for report in reports:
        for file, page, cell, area in _spots(report):
            wanted.setdefault(file, {})[page, cell] = area
    taken = {}
    for source in list_prints(paths) if wanted else ():
        if source.name in wanted:
            with opened_print(source) as printed:
                for (page, cell), area in wanted[source.name].items():
                    with printed.sheet(page - 1) as sheet:
                        picture = sheet.look_at(area, min(_MOST_DPI, _PIXELS * MM_PER_INCH / area.width))
                    taken[source.name, page, cell] = _png(picture.greys)
    return taken


def _spots(report: ProofReport) -> Iterator[tuple[str, int, int | None, Area]]:
    for problem in report.problems[:_CLIPPED]:
        if problem.area:
            yield problem.file, problem.page, problem.cell, problem.area
    for score in report.worst:
        yield score.place.file, score.place.page, score.place.cell, score.area


def _png(greys: Any) -> str:
    from PIL import Image

    out = io.BytesIO()
    if greys.size:
        Image.fromarray(greys).save(out, "PNG", optimize=True)
    return b64encode(out.getvalue()).decode()
