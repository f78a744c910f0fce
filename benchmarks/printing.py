"""Shelf tags with name, price, QR and EAN-13 on A4 sheets, beside reportlab, Typst and WeasyPrint."""

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import count, islice
from pathlib import Path
from typing import Any

from benchmarks.catalog import SETTINGS
from benchmarks.measure import Contest, Work
from benchmarks.reportlab_fonts import register_fonts
from benchmarks.tag_peers import Values, print_with_literals, print_with_typst, print_with_weasyprint
from o2o import times
from o2o.codes.check_digits import check_digit
from o2o.db import Database
from o2o.importers.catalog import import_catalogs
from o2o.printing.jobs.order import PrintOrder
from o2o.printing.jobs.printing import print_selection
from o2o.printing.paper.pages import PaperTerms
from o2o.printing.selection.choice import Choice
from o2o.printing.selection.selections import Selection, select_tags
from o2o.shop import create_shop
from o2o.subjects import Kind
from o2o.touchpoints import MintRequest, mint_touchpoints

SIZE = 4_800
_FEW, _MANY = 240, 2_400
"""How many tags a slow peer and a fast one print: enough that their rate no longer grows."""

STORE = "S001"
STOCK = "A4-24"
REACHABLE = replace(SETTINGS, base_url="https://s.o2o-bench.com")
"""A base URL that a phone could open, so that no page is marked as a sample."""

_COLUMNS, _ROWS = 3, 8
_WIDTH, _HEIGHT = 198, 105  # points, a little less than a cell of the stock


@contextmanager
def contest(folder: Path, size: int) -> Iterator[Contest]:
    """Print the tags of one store into a new PDF each time."""
    db = make_store(folder, size)
    selection = select_tags(db, REACHABLE, Choice(STORE), times.now())
    runs = count()

    def ours() -> int:
        print_tags(db, selection, folder / f"ours-{next(runs)}.pdf")
        return size

    tags = [record.values for record in islice(selection.records, _MANY)]

    def peer(print_all: Callable[[Sequence[Values], Path], None], most: int) -> Work:
        def work() -> int:
            print_all(tags[:most], folder / f"peer-{next(runs)}.pdf")
            return len(tags[:most])

        return work

    peers = {
        "reportlab, a PIL image and an Ean13 widget a tag": peer(_print_with_pictures, _FEW),
        "reportlab, our operators as literals": peer(print_with_literals, _MANY),
        "Typst, our symbols as pixels": peer(print_with_typst, _MANY),
        "WeasyPrint, our symbols as pictures": peer(print_with_weasyprint, _FEW),
    }
    yield Contest("shelf tags", "tags/s", ours, peers)
    db.close()


def make_store(folder: Path, size: int) -> Database:
    """Return a shop's file with one store and a code for each of ``size`` products in it."""
    skus = range(1, size + 1)
    files = {
        "stores.csv": [("store_id", "name"), (STORE, "人民路店")],
        "products.csv": [
            ("sku", "name", "gtin", "spec", "unit", "origin"),
            *((sku, f"有机鸡蛋 {sku}", _gtin(sku), "10枚", "盒", "江苏") for sku in skus),
        ],
        "assortment.csv": [
            ("store_id", "sku", "price", "valid_from"),
            *((STORE, sku, f"{sku % 100}.90", "2026-01-01") for sku in skus),
        ],
    }
    for name, rows in files.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    db = create_shop(folder / "shop.db", REACHABLE)
    import_catalogs(db, [folder / name for name in files], now=times.now())
    mint_touchpoints(db, MintRequest(Kind.PRODUCT, STORE), times.now())
    return db


def print_tags(db: Database, selection: Selection, out: Path) -> None:
    """Print a selection as ``o2o print tags`` does."""
    print_selection(db, REACHABLE, selection, PrintOrder(out, "print tags", PaperTerms(STOCK)), times.now())


def _gtin(sku: int) -> str:
    body = f"690{sku:09}"
    return body + check_digit(body)


def _print_with_pictures(tags: Sequence[Values], out: Path) -> None:
    from reportlab.pdfgen.canvas import Canvas

    register_fonts()
    canvas = Canvas(str(out))
    for index, values in enumerate(tags):
        if index and index % (_COLUMNS * _ROWS) == 0:
            canvas.showPage()
        row, column = divmod(index % (_COLUMNS * _ROWS), _COLUMNS)
        _draw_tag(canvas, values, column * _WIDTH, (_ROWS - 1 - row) * _HEIGHT)
    canvas.save()


def _draw_tag(canvas: Any, values: Any, x: float, y: float) -> None:
    import qrcode
    from reportlab.graphics import renderPDF
    from reportlab.graphics.barcode.eanbc import Ean13BarcodeWidget
    from reportlab.graphics.shapes import Drawing
    from reportlab.lib.utils import ImageReader

    canvas.setFont("regular", 10)
    canvas.drawString(x + 6, y + 90, values["name"])
    canvas.drawString(x + 6, y + 76, f"{values['spec']} {values['origin']}")
    canvas.setFont("bold", 20)
    canvas.drawString(x + 6, y + 52, values["price"])
    picture = qrcode.make(values["url"], error_correction=qrcode.ERROR_CORRECT_M).get_image()
    canvas.drawImage(ImageReader(picture), x + 130, y + 35, 60, 60)
    drawing = Drawing(120, 34)
    drawing.add(Ean13BarcodeWidget(values["gtin"], barHeight=22))
    renderPDF.draw(drawing, canvas, x + 6, y + 6)
