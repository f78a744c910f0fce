"""The same shelf tags by other ways: operators in pages of reportlab, Typst, WeasyPrint."""

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from io import BytesIO
from pathlib import Path

from benchmarks.reportlab_fonts import register_fonts
from o2o.codes.barcode import ean13_modules
from o2o.codes.smallest import make_symbols
from o2o.printing.drawing.fonts import BOLD, REGULAR, font_path
from o2o.printing.pdf.codes import symbol_path

COLUMNS, ROWS = 3, 8
WIDTH, HEIGHT = 70.0, 37.0  # mm
_POINTS = 72 / 25.4

Values = Mapping[str, str]


def print_with_literals(tags: Sequence[Values], out: Path) -> None:
    """Print with reportlab, but the codes as our operators in one literal each."""
    from reportlab.pdfgen.canvas import Canvas

    register_fonts()
    canvas = Canvas(str(out), initialFontName=REGULAR)
    symbols = make_symbols([tag["url"] for tag in tags])
    for index, (tag, symbol) in enumerate(zip(tags, symbols, strict=True)):
        if index and index % (COLUMNS * ROWS) == 0:
            canvas.showPage()
        row, column = divmod(index % (COLUMNS * ROWS), COLUMNS)
        x, y = column * WIDTH * _POINTS, (ROWS - row) * HEIGHT * _POINTS
        for font, size, down, text in _lines(tag):
            canvas.setFont(font, size)
            canvas.drawString(x + 6, y - down * _POINTS, text)
        canvas.addLiteral(f"q 1.7 0 0 -1.7 {x + 130:.2f} {y - 20:.2f} cm {symbol_path(symbol)}f Q")
        canvas.addLiteral(f"q .94 0 0 -.94 {x + 6:.2f} {y - 68:.2f} cm {_bars(tag['gtin'])}f Q")
    canvas.save()


def _lines(tag: Values) -> Iterator[tuple[str, float, float, str]]:
    yield REGULAR, 10, 6, tag["name"]
    yield REGULAR, 10, 11, f"{tag['spec']} {tag['origin']}"
    yield BOLD, 20, 20, tag["price"]
    yield REGULAR, 8, 34, tag["gtin"]


def _bars(gtin: str) -> str:
    return "".join(f"{place} 0 1 22 re\n" for place, module in enumerate(ean13_modules(gtin)) if module == "1")


_TYPST = """
#set page(width: 210mm, height: 297mm, margin: 0mm)
#set text(font: "Noto Sans SC", size: 10pt)
#let tags = json(bytes(sys.inputs.tags))
#let bits(rows, width, height) = image(
  bytes(rows), format: (encoding: "luma8", width: width, height: height), width: 100%, scaling: "pixelated")
#let tag(t) = box(width: 70mm, height: 37mm, {
  place(dx: 2mm, dy: 3mm, t.name)
  place(dx: 2mm, dy: 8mm, t.more)
  place(dx: 2mm, dy: 13mm, text(20pt, weight: "bold", t.price))
  place(dx: 45mm, dy: 6mm, box(width: 20mm, bits(t.qr, t.size, t.size)))
  place(dx: 2mm, dy: 24mm, box(width: 31mm, bits(t.bars * 22, 95, 22)))
  place(dx: 2mm, dy: 33mm, text(8pt, t.gtin))
})
#grid(columns: 3, ..tags.map(tag))
"""


def print_with_typst(tags: Sequence[Values], out: Path) -> None:
    """Print with Typst; the symbols are ours, as pixels."""
    import typst

    symbols = make_symbols([tag["url"] for tag in tags])
    shown = [
        {
            **{name: tag[name] for name in ("name", "price", "gtin")},
            "more": f"{tag['spec']} {tag['origin']}",
            "qr": [0 if dark else 255 for row in symbol.rows for dark in row],
            "size": symbol.size,
            "bars": [0 if module == "1" else 255 for module in ean13_modules(tag["gtin"])],
        }
        for tag, symbol in zip(tags, symbols, strict=True)
    ]
    source = out.with_suffix(".typ")
    source.write_text(_TYPST, "utf-8")
    inputs = {"tags": json.dumps(shown, ensure_ascii=False)}
    typst.compile(str(source), output=str(out), font_paths=[str(font_path(REGULAR).parent)], sys_inputs=inputs)


_STYLE = f"""
@font-face {{ font-family: sc; src: url({font_path(REGULAR).as_uri()}) }}
@page {{ size: A4; margin: 0 }}
body {{ font: 10pt sc; margin: 0 }}
.tag {{ width: {WIDTH}mm; height: {HEIGHT}mm; float: left; overflow: hidden }}
.qr {{ width: 20mm; float: right }} .ean {{ width: 31mm; height: 8mm }} p {{ margin: 0 }}
"""


def print_with_weasyprint(tags: Sequence[Values], out: Path) -> None:
    """Print with WeasyPrint; the symbols are ours, as pictures of one bit."""
    import weasyprint

    html = f"<html><style>{_STYLE}</style><body>{''.join(_html(tags))}</body></html>"
    weasyprint.HTML(string=html).write_pdf(str(out))


def _html(tags: Iterable[Values]) -> Iterator[str]:
    listed = list(tags)
    for tag, symbol in zip(listed, make_symbols([tag["url"] for tag in listed]), strict=True):
        bars = [[module == "1" for module in ean13_modules(tag["gtin"])]]
        texts = "".join(f"<p>{escape(text)}</p>" for _, _, _, text in _lines(tag))
        pictures = f'<img class="qr" src="{_png(symbol.rows)}"><img class="ean" src="{_png(bars)}">'
        yield f'<div class="tag">{pictures}{texts}</div>'


def _png(rows: Sequence[Sequence[bool]]) -> str:
    from PIL import Image

    image = Image.new("1", (len(rows[0]), len(rows)))
    image.putdata([0 if dark else 1 for row in rows for dark in row])
    out = BytesIO()
    image.save(out, "PNG")
    return f"data:image/png;base64,{b64encode(out.getvalue()).decode()}"
