"""The tags to take down as a table, and as a page to carry along: a box to tick for each, in the order of the walk."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from o2o.printing.drawing.fonts import BOLD, REGULAR, missing_characters
from o2o.printing.drawing.items import Item, Panel, Stroke, Text
from o2o.printing.drawing.wrapping import Room, cut_text
from o2o.printing.jobs.take_down import TakeDown
from o2o.printing.layout.texts import measure_of
from o2o.printing.pdf.writer import PdfWriter
from o2o.text_files import guard_formula, remove_file, whole_file, write_csv

_TABLE = ("store", "sku", "name", "position", "reason", "printed", "file", "page")
_PAGE, _DPI = (210.0, 297.0), 300
_LEFT, _RIGHT, _TOP, _BOTTOM, _ROW = 15.0, 195.0, 38.0, 282.0, 8.0
_ROWS = int((_BOTTOM - _TOP) // _ROW)
_COLUMNS = {
    "位置 Position": (23.0, 32.0), "货号 SKU": (57.0, 30.0), "品名 Name": (89.0, 62.0), "原因 Reason": (153.0, 42.0),
}  # fmt: skip
"""Where each column begins, and its width."""

_TITLE = "撤下的价签  Tags to take down"
_BLACK, _GREY = "#000000", "#8C8C8C"
_REASONS = {"retired": "已停售 retired", "no longer carried here": "本店不再经营 not carried"}


def write_take_down(out: Path, take_down: Sequence[TakeDown]) -> tuple[Path, ...]:
    """List the tags to take down in OUT.take-down.csv and .pdf; without any the lists of an earlier run are removed."""
    table, sheet = (out.with_name(f"{out.name}.take-down.{kind}") for kind in ("csv", "pdf"))
    if not take_down:
        remove_file(table)
        remove_file(sheet)
        return ()
    write_csv(table, _TABLE, map(_cells_of, take_down))
    _write_sheet(sheet, take_down)
    return table, sheet


def _cells_of(one: TakeDown) -> list[str]:
    texts = (one.store_id, one.sku, one.name, one.position)
    return [*map(guard_formula, texts), one.reason, one.printed, guard_formula(one.file), str(one.page)]


def _write_sheet(out: Path, take_down: Sequence[TakeDown]) -> None:
    """Write the page: a store begins on one of its own."""
    pages = list(_pages(take_down))
    with whole_file(out) as file:
        writer = PdfWriter(file, _TITLE, "zh-CN")
        for number, page in enumerate(pages, start=1):
            writer.start_page(*_PAGE, _DPI)
            writer.place(_head(page[0].store_id, f"{number} / {len(pages)}"), 0, 0)
            for row, one in enumerate(page):
                writer.place(_row(one), 0, _TOP + row * _ROW)
            writer.end_page()
        writer.finish(f"{len(take_down)} take down")


def _pages(take_down: Sequence[TakeDown]) -> Iterator[list[TakeDown]]:
    page: list[TakeDown] = []
    for one in take_down:
        if page and (len(page) == _ROWS or page[0].store_id != one.store_id):
            yield page
            page = []
        page.append(one)
    if page:
        yield page


def _head(store_id: str, number: str) -> Iterator[Item]:
    yield Text(_LEFT, 20, _TITLE, BOLD, 6, _BLACK)
    yield from _cell(_LEFT, 100, 27, f"门店 Store {store_id}")
    yield Text(_RIGHT - 15, 20, number, REGULAR, 3.2, _BLACK)
    for words, (x, _) in _COLUMNS.items():
        yield Text(x, _TOP - 2.5, words, BOLD, 2.8, _BLACK)
    yield Stroke(_LEFT, _TOP - 1, _RIGHT, _TOP - 1, _BLACK, 0.3)


def _row(one: TakeDown) -> Iterator[Item]:
    yield Panel(_LEFT, 1.3, 4.4, 4.4, stroke=_BLACK, line_width=0.3)
    texts = (one.position or "–", one.sku, one.name, _REASONS.get(one.reason, one.reason))
    for text, (x, width) in zip(texts, _COLUMNS.values(), strict=True):
        yield from _cell(x, width, 4.8, text)
    yield Stroke(_LEFT, _ROW - 1, _RIGHT, _ROW - 1, _GREY, 0.1)


def _cell(x: float, width: float, y: float, text: str, size: float = 3.2) -> Iterator[Item]:
    """Yield a text, cut where its column ends; characters that no font has are left out."""
    missing = missing_characters(text, REGULAR)
    known = "".join(character for character in text if character not in missing)
    measure = measure_of(REGULAR)
    fits = measure(known) * size <= width
    lines = [known] if fits else cut_text(known, Room(width, size), size, measure)
    if lines and known:
        yield Text(x, y, lines[0], REGULAR, size, _BLACK)
