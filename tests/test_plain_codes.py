"""Which codes a label printer draws as we would: by its own splitting of texts, kinds of EAN and sets of Code 128."""

import pytest

from o2o.codes.smallest import make_symbol
from o2o.printing.thermal.plain_codes import code128_set, plain_mode, retail_kind
from tests.label_printers import Linear


@pytest.mark.parametrize(
    ("text", "level", "mode"),
    [
        ("0123456789", "M", ("H", "N")),
        ("HTTPS://S.CN/K7M2X9PQ", "M", ("Q", "A")),
        ("https://s.cn/k7m2x9pq", "M", ("M", "B")),
        ("https://S.EXAMPLE.CN/AB12CD34EF", "M", None),  # we split it, and it takes a larger symbol in one
        ("鸡蛋", "M", None),
    ],
)
def test_one_segment_makes_a_symbol_of_the_same_size_or_none(
    text: str, level: str, mode: tuple[str, str] | None
) -> None:
    assert plain_mode(make_symbol(text, level=level, raised=True), text) == mode


@pytest.mark.parametrize(
    ("text", "kind"),
    [("6901234567892", "EAN13"), ("96385074", "EAN8"), ("036000291452", "UPCA"), ("6901234567893", ""), ("A-1", "")],
)
def test_barcodes_of_retail_are_known_by_their_digits_and_width(text: str, kind: str) -> None:
    assert retail_kind(Linear(text).at(0, 0, 0.33)) == kind


@pytest.mark.parametrize(("text", "one_set"), [("ABC-1", "B"), ("abc", "B"), ("A123456", ""), ("AB12345678CD", "")])
def test_code_128_of_one_set_is_the_printers_own(text: str, one_set: str) -> None:
    assert code128_set(Linear(text).at(0, 0, 0.33)) == one_set
