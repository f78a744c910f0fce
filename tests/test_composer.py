"""What is kept of a label shows on the next one only where both say the same."""

import io
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from o2o.codes.check_digits import check_digit
from o2o.codes.smallest import make_symbols
from o2o.printing.layout.composer import Composer, lay_out
from o2o.printing.layout.parts import Layout
from o2o.printing.pdf.writer import PdfWriter
from o2o.printing.template.file import find_template

TEMPLATES = ["shelf-tag", "shelf-tag-promo", "shelf-tag-member", "shelf-tag-fresh", "shelf-strip", "shelf-card"]
PRICES = st.sampled_from(["", "¥9.90", "¥1,299.00", "¥1.50", "CHF 5.00"])
NAMES = st.sampled_from(["鸡蛋", "有机散养土鸡蛋 30 枚礼盒装", "Milk"]) | st.text("蛋奶面𰻝 ab", max_size=40)
EANS = st.text("0123456789", min_size=12, max_size=12).map(lambda body: body + check_digit(body))
BARCODES = EANS | st.sampled_from(["", "96385074", "6901234567892", "PART-7", "条码", "0" * 13, "0012345678905"])
VALUES = st.fixed_dictionaries(
    {"name": NAMES, "price": PRICES, "barcode": BARCODES, "sku": st.text("0123456789", min_size=1, max_size=6)},
    optional={"promo_price": PRICES, "member_price": PRICES, "unit": st.just("盒"), "origin": NAMES, "spec": NAMES},
)
URLS = [f"https://S.SHOP.CN/K7M2X9P{number}" for number in range(3)]
SYMBOLS = dict(zip(URLS, make_symbols(URLS), strict=True))
LABELS = st.lists(st.tuples(VALUES, st.sampled_from(URLS)), min_size=2, max_size=4)


def findings(layout: Layout) -> tuple[object, ...]:
    told = layout.texts, layout.codes, layout.ean, layout.is_code128, layout.no_barcode, layout.has_qr
    return *told, layout.styled, layout.troubles


def pages(layouts: Sequence[Layout], *, in_parts: bool) -> bytes:
    file = io.BytesIO()
    writer = PdfWriter(file, "test", "zh")
    for layout in layouts:
        writer.start_page(100, 80, 300)
        if in_parts:
            writer.place_parts([part.items for part in layout.parts], 3, 4)
        else:
            writer.place(layout.items, 3, 4)
        writer.end_page()
    writer.finish("test")
    return file.getvalue()


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(TEMPLATES), LABELS)
def test_a_label_shows_the_same_whatever_was_printed_before_it(
    name: str, labels: list[tuple[dict[str, str], str]]
) -> None:
    template = find_template(name)
    composer = Composer(template, 300)
    layouts = []
    for own, url in labels:
        values = {**template.words["zh"], **own, "url": url}
        layout, alone = composer.lay_out(values, SYMBOLS[url]), lay_out(template, values, SYMBOLS[url], 300)
        assert findings(layout) == findings(alone)
        assert layout.items == alone.items
        layouts.append(layout)
    assert pages(layouts, in_parts=True) == pages(layouts, in_parts=False)
