"""EAN-13: the bars that are drawn read back as the digits."""

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from o2o.codes.barcode import MODULES, QUIET_ZONES, ean13_modules
from o2o.codes.gs1 import check_digit
from o2o.errors import SettingError

bodies = st.text("0123456789", min_size=12, max_size=12)


@given(bodies)
def test_the_bars_read_back_as_the_digits(body: str) -> None:
    digits = body + check_digit(body)
    modules = "0" * QUIET_ZONES[0] + ean13_modules(digits) + "0" * QUIET_ZONES[1]
    image = Image.new("L", (len(modules), 1))
    image.putdata([0 if module == "1" else 255 for module in modules])
    [found] = zxingcpp.read_barcodes(image.resize((len(modules) * 2, 40)), formats=zxingcpp.BarcodeFormat.EAN13)
    assert found.text == digits


def test_the_bars_are_95_modules_with_guards() -> None:
    modules = ean13_modules("6901234567892")
    assert len(modules) == MODULES
    assert (modules[:3], modules[45:50], modules[-3:]) == ("101", "01010", "101")


@pytest.mark.parametrize("digits", ["6901234567893", "690123456789", "", "６９０１２３４５６７８９２", "69012345678X2"])
def test_what_is_no_ean_is_refused(digits: str) -> None:
    with pytest.raises(SettingError, match="check digit"):
        ean13_modules(digits)
