"""Pictures of templates as they will be printed, with made-up values or those of a subject."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from o2o.codes.smallest import make_symbol
from o2o.config import Language, Settings
from o2o.db import Database, shop_folder
from o2o.errors import SettingError
from o2o.printing.drawing.units import MM_PER_INCH, POINTS
from o2o.printing.layout.composer import lay_out
from o2o.printing.layout.parts import Layout
from o2o.printing.pdf.writer import PdfWriter
from o2o.printing.raster.painter import Painter
from o2o.printing.raster.palette import reduce_to_inks
from o2o.printing.selection.choice import Choice
from o2o.printing.selection.selections import select_signage
from o2o.printing.selection.values import parse_words
from o2o.printing.template.boxes import Box, ImageBox, LogoBox, RectBox, Template
from o2o.printing.template.examples import EXAMPLE_SHOP, example_values, made_up_picture

if TYPE_CHECKING:
    from PIL.Image import Image

_LONG_SIDE = 1600  # pixels
_MOST_SCALE = 300 / 72
_GAP = 24
_GROUND = "#D9D9D9"


def preview_template(
    template: Template, settings: Settings = EXAMPLE_SHOP, values: Mapping[str, str] = MappingProxyType({})
) -> bytes:
    """Return a PNG of a template, with what is preprinted, its back beside its front.

    It shows a made-up product, person or place, but for these values. Raises SettingError when one doesn't fit.
    """
    shown = {**example_values(template, settings), **values}
    whole = _with_places_of_pictures(template.with_preprinted(), shown)
    pages = [_page(whole, shown, back=back) for back in ((False, True) if whole.back else (False,))]
    out = io.BytesIO()
    draw = _paint if whole.pixels or whole.inks else _render
    _side_by_side(list(draw(whole, pages))).save(out, "PNG")
    return out.getvalue()


def values_to_show(db: Database, settings: Settings, choice: Choice, now: int) -> dict[str, str]:
    """Return what a preview shows of a shop: its logo and, of a choice with a product, all that a print would show."""
    values = {"logo": str(shop_folder(db) / settings.logo)} if settings.logo else {}
    if choice.shows_products:
        values |= select_signage(db, settings, choice, now).records[0].values
    return values | parse_words(settings, choice.words)


def _with_places_of_pictures(template: Template, values: Mapping[str, str]) -> Template:
    """Return a template with a grey field where a picture or a logo would be that isn't there."""
    boxes, back = (tuple(_place_of(box, values) for box in side) for side in (template.boxes, template.back))
    return replace(template, boxes=boxes, back=back)


def _place_of(box: Box, values: Mapping[str, str]) -> Box:
    if isinstance(box, ImageBox):
        absent = not box.file and not any(values.get(name) for name in box.field)
    else:
        absent = isinstance(box, LogoBox) and not box.file and not values.get("logo")
    if not absent:
        return box
    same = {name: getattr(box, name) for name in Box.__dataclass_fields__}
    return RectBox(**same, fill=_GROUND)


def _page(template: Template, values: Mapping[str, str], *, back: bool) -> Layout:
    symbol = make_symbol(values["url"], level=template.level, raised=True)
    layout = lay_out(template, values, symbol, template.dpi, made_up_picture, back=back)
    if layout.troubles:
        trouble = layout.troubles[0]
        what = f"{trouble.text!r} {trouble.reason}" if trouble.text else trouble.reason
        raise SettingError("template", template.name, f"box {trouble.box!r}: {what}", trouble.advice)
    return layout


def _paint(template: Template, pages: list[Layout]) -> Iterator["Image"]:
    """Yield pages pixel by pixel as screens and panels show them."""
    scale = template.dpi / MM_PER_INCH
    size = round(template.width * scale), round(template.height * scale)
    for page in pages:
        painter = Painter(size, scale, template.inks)
        painter.paint(page.items, 0, 0)
        yield reduce_to_inks(painter.image, template.inks) if template.inks else painter.image.convert("RGB")


def _render(template: Template, pages: list[Layout]) -> Iterator["Image"]:
    """Yield pages as they are printed."""
    import pypdfium2

    file = io.BytesIO()
    writer = PdfWriter(file, template.name, Language.EN)
    for page in pages:
        writer.start_page(template.width, template.height, template.dpi)
        writer.place(page.items, 0, 0)
        writer.end_page()
    writer.finish("preview")
    scale = min(_LONG_SIDE / (max(template.width, template.height) * POINTS), _MOST_SCALE)
    with pypdfium2.PdfDocument(file.getvalue()) as document:
        for number in range(len(document)):
            yield document[number].render(scale=scale).to_pil()


def _side_by_side(pictures: list["Image"]) -> "Image":
    from PIL import Image

    if len(pictures) == 1:
        return pictures[0]
    width = sum(picture.width for picture in pictures) + _GAP * (len(pictures) - 1)
    whole = Image.new("RGB", (width, max(picture.height for picture in pictures)), _GROUND)
    x = 0
    for picture in pictures:
        whole.paste(picture, (x, 0))
        x += picture.width + _GAP
    return whole
