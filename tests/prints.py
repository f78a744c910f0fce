"""A small shop to print, and the codes and texts of a PDF read back."""

import io
from dataclasses import dataclass
from pathlib import Path

from o2o.codes.reader import Format
from o2o.db import Database
from o2o.subjects import Carrier
from o2o.times import SINCE_EVER
from o2o.touchpoints import MintRequest, mint_touchpoints

NOW = 1_800_000_000_000  # 2027-01-15, 16:00 in Shanghai
EAN = "6901234567892"


def make_picture(side: int = 430) -> bytes:
    """Return a JPEG such as WeChat's: a round green thing, as many pixels wide and high."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (side, side), "white")
    ImageDraw.Draw(image).ellipse((side * 0.1, side * 0.1, side * 0.9, side * 0.9), fill="#07c160")
    out = io.BytesIO()
    image.save(out, "JPEG")
    return out.getvalue()


PICTURE = make_picture()
"""What stands for a mini-program code."""


def fill_shop(db: Database) -> None:
    """Add a store with two products, two people and one place on each carrier, all with codes."""
    db.table("stores").insert_all([{"store_id": "S1", "name": "徐家汇店"}, {"store_id": "S2", "name": "静安店"}])
    db.table("products").insert_all(
        [
            product("007", "散养土鸡蛋", gtin=EAN, price=1280, member_price=990),
            product("008", "有机纯牛奶", gtin="6901234567893", price=2390),
        ]
    )
    master(db, "007", 1280, 990)
    master(db, "008", 2390)
    db.table("assortment").insert_all([carried("007", aisle="10"), carried("008", aisle="2")])
    db.table("people").insert_all(
        [
            {"person_id": "E01", "store_id": "S1", "name": "王小明", "role": "导购"},
            {"person_id": "E02", "store_id": "S1", "name": "欧阳娜娜", "role": "收银员"},
        ]
    )
    db.table("places").insert_all(
        {"place_id": f"P-{carrier}", "store_id": "S1", "name": "一号点位", "carrier": str(carrier), "zone": "入口区"}
        for carrier in Carrier
    )
    mint_touchpoints(db, MintRequest(store_id="S1"), NOW)


def master(db: Database, sku: str, price: int | None, member_price: int | None = None) -> None:
    """Let the product master say what a product of the catalogue costs, since ever."""
    amounts = {"price": price, "member_price": member_price}
    db.table("products").update(sku, amounts)
    key = {"sku": sku, "store_id": "", "valid_from": SINCE_EVER, "source": "master"}
    db.table("prices").upsert(key | amounts, pk=tuple(key))


def product(sku: str, name: str, **more: object) -> dict[str, object]:
    """Return a row of products."""
    row = {"gtin": "", "spec": "30枚", "unit": "盒", "origin": "湖北", "price": None, "member_price": None}
    return {"sku": sku, "name": name, **row, **more}


def carried(sku: str, **more: object) -> dict[str, object]:
    """Return a row of the assortment of S1."""
    row = {"store_id": "S1", "sku": sku, "valid_from": SINCE_EVER, "valid_to": None, "price": None}
    return {**row, "member_price": None, "aisle": "", "bay": "", "shelf": "", **more}


@dataclass(frozen=True)
class Seen:
    """A code on a page: what it says, and its centre in mm from the top left."""

    page: int
    text: str
    x: float
    y: float
    format: str = ""

    def lies_in(self, cell: dict[str, float]) -> bool:
        """Tell whether it lies in a row of print_cells."""
        return (
            self.page == cell["page"]
            and cell["x"] < self.x < cell["x"] + cell["width"]
            and cell["y"] < self.y < cell["y"] + cell["height"]
        )


def read_codes(path: Path, dpi: int = 200) -> list[Seen]:
    """Return every QR and linear code that a PDF shows when it is rendered."""
    import pypdfium2
    import zxingcpp

    seen = []
    names = {getattr(zxingcpp.BarcodeFormat, name): name.value for name in Format}
    with pypdfium2.PdfDocument(path) as document:
        for number in range(len(document)):
            image = document[number].render(scale=dpi / 72).to_pil()
            for found in zxingcpp.read_barcodes(image, zxingcpp.BarcodeFormats(list(names))):
                corners = (found.position.top_left, found.position.bottom_right)
                x, y = (sum(getattr(corner, axis) for corner in corners) / 2 / dpi * 25.4 for axis in "xy")
                seen.append(Seen(number + 1, found.text, x, y, names[found.format]))
    return seen


def page_sizes(path: Path) -> list[tuple[int, int]]:
    """Return the size of each page in whole mm."""
    import pypdfium2

    with pypdfium2.PdfDocument(path) as document:
        return [tuple(round(length / 72 * 25.4) for length in page.get_size()) for page in document]


def page_texts(path: Path) -> list[str]:
    """Return the text of each page."""
    import pypdfium2

    with pypdfium2.PdfDocument(path) as document:
        return [page.get_textpage().get_text_range() for page in document]


def cells_of(db: Database) -> list[dict[str, object]]:
    """Return the manifest of the last job."""
    query = "SELECT * FROM print_cells WHERE job_id = (SELECT max(id) FROM print_jobs) ORDER BY page, cell"
    return list(db.query(query))
