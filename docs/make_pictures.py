"""Makes the pictures of the README from what ``o2o demo`` left: ``python docs/make_pictures.py demo-out``.

Needs Chromium for the picture of the report.
"""

import io
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pypdfium2
from PIL import Image, ImageDraw, ImageFont

from o2o.codes.smallest import make_symbol
from o2o.config import Language
from o2o.db import Database
from o2o.printing.drawing.fonts import font_path
from o2o.printing.drawing.items import Panel
from o2o.printing.drawing.look import Look, Shape
from o2o.printing.jobs.preview import preview_template
from o2o.printing.layout.composer import lay_out
from o2o.printing.paper.calibration import write_calibration
from o2o.printing.paper.imposition import Order, Plan
from o2o.printing.paper.pages import Mark, PaperTerms, choose_paper
from o2o.printing.paper.sketch import write_sketch
from o2o.printing.paper.stocks import find_stock
from o2o.printing.pdf.writer import PdfWriter
from o2o.printing.picture.code import PictureOrder, make_picture
from o2o.printing.raster.painter import Painter
from o2o.printing.template.boxes import Template
from o2o.printing.template.examples import EXAMPLE_SHOP, example_values
from o2o.printing.template.file import find_template, list_templates

PICTURES = Path(__file__).parent / "pictures"
WIDTH = 900
PAGES = {"tags": ("tags-S001.pdf", 4), "badges": ("badges.pdf", 0), "signage": ("signage-S001.pdf", 3)}
HEIGHT = 760
REPORT_HEIGHT = 1_200
MOST_BYTES = 150_000
URL = "https://S.YOURSHOP.COM/K7M2X9PQ"
RED, CREAM, BLUE, GREEN = "#7a1020", "#fff4e0", "#103a7a", "#0b5b41"
LOOKS = (
    Look(),
    Look(Shape.DOT, BLUE),
    Look(Shape.ROUNDED, GREEN, "#f2f8ee", call="Scan me"),
    Look(Shape.ROUNDED, RED, CREAM, Path("logo.png"), "扫码领券"),
)
GAP = 30
SHEET_WIDTH, CELL_WIDTH, CELL_HEIGHT = 1_560, 480, 250
SHEET_GROUND = "#E4E4E4"
SHEET_BYTES = 600_000
HEADPHONES = {
    "name": ("降噪蓝牙头戴式耳机 H900", "Wireless headphones H900, noise cancelling"),
    "brand": ("声野", "Sonora"), "spec": ("曜石黑", "Obsidian black"), "origin": ("广东深圳", "Shenzhen"),
    "grade": ("", ""), "unit": ("副", "pair"), "unit_price": ("", ""),
    "price": ("¥1,299.00", "€159.00"), "promo_price": ("¥999.00", "€129.00"), "member_price": ("¥949.00", "€119.00"),
    "lowest_price_30": ("¥1,199.00", "€139.00"),
    "feature_1": ("主动降噪 42 dB", "Cancels 42 dB of noise"), "feature_2": ("续航 60 小时", "60 hours on one charge"),
    "feature_3": ("快充 10 分钟听 6 小时", "Plays 6 hours after 10 minutes"),
    "feature_4": ("双设备连接", "Connects to two devices"), "feature_5": ("仅重 218 克", "Weighs 218 g"),
}  # fmt: skip
APPLES = {
    "name": ("红富士苹果", "Fuji apples"), "unit": ("500g", "kg"), "price": ("¥6.98", "€2.99"),
    "origin": ("陕西洛川", "South Tyrol"), "grade": ("一级", "I"), "storage": ("0–4℃ 冷藏", "Cool, 0–4 ℃"),
    "promo_price": ("", ""), "member_price": ("¥5.98", "€2.49"), "unit_price": ("13.96元/千克", "€2.99/kg"),
    "sku": ("0417", "0417"),
}  # fmt: skip
GOODS = {"shelf-tag-electronics": HEADPHONES, "shelf-tag-fresh": APPLES, "shelf-tag-promo": {"member_price": ("", "")}}
"""What some templates show instead of eggs."""
MARKED = PaperTerms("label", (Mark.BLEED, Mark.CROP), 3.0)


def make_pictures(demo: Path) -> None:
    """Write a PNG of a page of each kind of print and of the top of the report."""
    PICTURES.mkdir(exist_ok=True)
    for name, (pdf, page) in PAGES.items():
        save(render_page(demo / pdf, page), name)
    save(photograph(demo / "report.html"), "report")
    save(draw_looks(), "looks")
    draw_stock("L7160")
    save(draw_calibration(), "calibration")
    save(draw_orders(), "orders")
    save(draw_marks(), "marks")
    save(draw_panels(), "panels")
    save(draw_label(), "label")
    for language in Language:
        save(draw_templates(language), f"templates-{language}", SHEET_BYTES)


def draw_templates(language: Language) -> Image.Image:
    """Return every template that o2o ships with its name and size, in rows of one width."""
    font = ImageFont.truetype(str(font_path("regular")), 15)
    rows: list[list[Image.Image]] = [[]]
    for template in list_templates():
        cell = label_template(template, language, font)
        if sum(one.width + GAP for one in rows[-1]) + cell.width > SHEET_WIDTH:
            rows.append([])
        rows[-1].append(cell)
    sheet = Image.new("RGB", (SHEET_WIDTH + GAP, GAP + sum(row[0].height + GAP for row in rows)), SHEET_GROUND)
    y = GAP
    for row in rows:
        spare = (SHEET_WIDTH - sum(cell.width for cell in row) - GAP * (len(row) - 1)) // 2
        x = GAP // 2 + spare
        for cell in row:
            sheet.paste(cell, (x, y))
            x += cell.width + GAP
        y += row[0].height + GAP
    return sheet


def label_template(template: Template, language: Language, font: ImageFont.FreeTypeFont) -> Image.Image:
    """Return a template as it is printed, with its name and size below."""
    shop = replace(EXAMPLE_SHOP, language=language)
    values = {name: language.of(texts) for name, texts in GOODS.get(template.name, {}).items()}
    picture = Image.open(io.BytesIO(preview_template(template, shop, values))).convert("RGB")
    scale = min(CELL_HEIGHT / picture.height, CELL_WIDTH / picture.width)
    size = round(picture.width * scale), round(picture.height * scale)
    picture = picture.resize(size, Image.Resampling.LANCZOS)
    said = (template.name, f"{round(template.width, 1):g} x {round(template.height, 1):g} mm")
    if template.pixels:
        said = (template.name, "{} x {} px".format(*template.pixels))
    width = max(size[0], *(round(font.getlength(line)) for line in said))
    cell = Image.new("RGB", (width, CELL_HEIGHT + 48), SHEET_GROUND)
    cell.paste(picture, ((width - size[0]) // 2, CELL_HEIGHT - size[1]))
    draw = ImageDraw.Draw(cell)
    for number, line in enumerate(said):
        draw.text((width // 2, CELL_HEIGHT + 6 + 20 * number), line, ("#111111", "#555555")[number], font, anchor="mt")
    return cell


def draw_panels() -> Image.Image:
    """Return electronic shelf labels of each size as they show a price, members' prices and an offer."""
    row = Image.new("RGB", (WIDTH, 330), "#9a9a9a")
    places: dict[str, tuple[int, int, dict[str, str]]] = {
        "esl-213": (12, 12, {"member_price": "", "promo_price": ""}),
        "esl-290": (12, 158, {"promo_price": ""}),
        "esl-420": (WIDTH - 412, 15, {"promo_price": "¥9.90", "member_price": ""}),
    }
    for name, (x, y, values) in places.items():
        template = find_template(name)
        row.paste(paint(template, values, template.dpi, template.inks), (x, y))
    return row


def draw_label() -> Image.Image:
    """Return a shelf tag as a label printer of 203 dpi prints it."""
    return paint(find_template("shelf-tag-roll"), {}, 203, ("black", "white"))


def paint(template: Template, values: dict[str, str], dpi: int, inks: tuple[str, ...]) -> Image.Image:
    """Return a template as so many dots an inch show it."""
    shown = {**example_values(template, EXAMPLE_SHOP), **values}
    layout = lay_out(template, shown, make_symbol(shown["url"], raised=True), dpi)
    scale = dpi / 25.4
    painter = Painter((round(template.width * scale), round(template.height * scale)), scale, inks)
    painter.paint(layout.items, 0, 0)
    return painter.image.convert("RGB")


def draw_stock(name: str) -> None:
    """Write the drawing of a stock as ``o2o stock show --out`` makes it."""
    write_sketch(find_stock(None, name), PICTURES / "stock.png")


def draw_orders() -> Image.Image:
    """Return two sheets of twelve labels in each order."""
    plans = [Plan((3, 4), frozenset(), order, 24) for order in Order]
    drawn = Image.new("RGB", (WIDTH, 240), "white")
    draw, font = ImageDraw.Draw(drawn), ImageFont.truetype(str(font_path("bold")), 20)
    for number, plan in enumerate(plans):
        left = 5 + number * (WIDTH // len(plans))
        draw.text((left, 0), plan.order, "black", font)
        for page in range(plan.pages):
            draw_sheet(draw, plan, page, (left + page * 140, 40), font)
    return drawn


def draw_sheet(draw: ImageDraw.ImageDraw, plan: Plan, page: int, corner: tuple[int, int], font: Any) -> None:
    """Draw the cells of a page with the numbers of their labels."""
    draw.rectangle((*corner, corner[0] + 126, corner[1] + 190), outline="black")
    for cell, label in plan.page(page):
        row, column = divmod(cell, plan.grid[0])
        x, y = corner[0] + 3 + 40 * column, corner[1] + 5 + 45 * row
        draw.rectangle((x, y, x + 38, y + 42), outline="#808080")
        draw.text((x + 19, y + 21), str(label + 1), "black", font, anchor="mm")


def draw_marks() -> Image.Image:
    """Return a page of the size of a badge with crop marks and a colour that bleeds 3 mm."""
    paper = choose_paper(Database(memory=True), find_template("badge"), MARKED)
    with TemporaryDirectory() as folder:
        pdf = Path(folder) / "marks.pdf"
        with pdf.open("wb") as file:
            writer = PdfWriter(file, "marks", "en")
            writer.start_page(*paper.stock.page, paper.dpi, paper.boxes)
            if paper.boxes:
                writer.place([Panel(*paper.boxes.bleed, fill=RED), Panel(*paper.boxes.trim, fill=CREAM)], 0, 0)
            writer.place(paper.around(MARKED), 0, 0)
            writer.end_page()
            writer.finish("")
        return whole_page(pdf, 0)


def draw_calibration() -> Image.Image:
    """Return the calibration page."""
    with TemporaryDirectory() as folder:
        pdf = Path(folder) / "calibration.pdf"
        write_calibration(pdf)
        return whole_page(pdf, 0)


def whole_page(pdf: Path, index: int) -> Image.Image:
    """Return a page of a PDF, as wide as a picture may be."""
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[index]
        picture: Image.Image = page.render(scale=WIDTH / page.get_width()).to_pil()
    return picture


def draw_looks() -> Image.Image:
    """Return the same code in each look, side by side."""
    side = (WIDTH - GAP * (len(LOOKS) - 1)) // len(LOOKS)
    drawn = [draw_look(look, side) for look in LOOKS]
    row = Image.new("RGB", (WIDTH, max(picture.height for picture in drawn)), "white")
    for number, picture in enumerate(drawn):
        row.paste(picture, (number * (side + GAP), (row.height - picture.height) // 2))
    return row


def draw_look(look: Look, side: int) -> Image.Image:
    """Return the picture of a code as ``o2o code image`` makes it, with a logo of an egg for one that has any."""
    with TemporaryDirectory() as folder:
        logo = Path(folder) / "logo.png"
        draw_logo().save(logo)
        dressed = replace(look, logo=logo if look.logo else None)
        data = make_picture(PictureOrder(URL, 60, 600, look=dressed), ".png").data
    picture = Image.open(io.BytesIO(data)).convert("RGB")
    return picture.resize((side, round(picture.height * side / picture.width)), Image.Resampling.LANCZOS)


def draw_logo() -> Image.Image:
    """Return an egg on a red ground with round corners."""
    image = Image.new("RGBA", (600, 600), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((0, 0, 599, 599), 120, fill="#c8102e")
    draw.ellipse((160, 110, 440, 490), fill=CREAM)
    return image


def render_page(pdf: Path, index: int) -> Image.Image:
    """Return the top of a page of a PDF, as wide as a picture may be."""
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[index]
        picture: Image.Image = page.render(scale=2 * WIDTH / page.get_width()).to_pil()
    whole = picture.resize((WIDTH, round(picture.height * WIDTH / picture.width)), Image.Resampling.LANCZOS)
    return whole.crop((0, 0, WIDTH, min(HEIGHT, whole.height)))


def photograph(html: Path) -> Image.Image:
    """Return the top of a page as Chromium shows it."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome") or "chromium"
    with TemporaryDirectory() as folder:
        png = Path(folder) / "page.png"
        options = ["--headless", "--no-sandbox", "--hide-scrollbars", f"--window-size={WIDTH},{REPORT_HEIGHT}"]
        command = [chromium, *options, f"--screenshot={png}", html.resolve().as_uri()]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own command
        return Image.open(png).convert("RGB").crop((0, 0, WIDTH, REPORT_HEIGHT))


def save(picture: Image.Image, name: str, most: int = MOST_BYTES) -> None:
    """Write a picture with as many colours as its size allows."""
    path = PICTURES / f"{name}.png"
    for colours in (128, 64, 32, 16):
        picture.quantize(colours).save(path, optimize=True)
        if path.stat().st_size < most:
            return


if __name__ == "__main__":
    make_pictures(Path(sys.argv[1]))
