"""What is said of a print that is done, counted over the sides of its labels."""

import pytest

from o2o.printing.jobs.remarks import Remarks
from o2o.printing.layout.parts import Layout

PLAIN, CODE128 = Layout(), Layout(is_code128=True)
TOO_LONG, LONG_TOO = Layout(no_barcode="A-LONG-ONE"), Layout(no_barcode="ANOTHER-ONE")


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ([], []),
        ([(PLAIN,), (PLAIN,)], []),
        ([(CODE128,), (PLAIN,), (CODE128,)], ["barcodes that are no EAN: 2 printed as Code 128; 'o2o catalog check'"]),
        ([(TOO_LONG,), (LONG_TOO,)], ["no EAN: 2 left out, too long for the box or not ASCII, such as 'A-LONG-ONE';"]),
        (
            [(Layout(coarse=150), Layout(coarse=121))],
            ["2 mini-program code(s) are coarse at their size, down to 121 dpi"],
        ),
        ([(PLAIN,), (PLAIN, PLAIN)], ["some pages have backs and others none"]),
    ],
)
def test_what_was_noted_is_remarked_on(labels: list[tuple[Layout, ...]], said: list[str]) -> None:
    remarks = Remarks()
    for sides in labels:
        remarks.note(sides)
    for part, remark in zip(said, remarks, strict=True):
        assert part in remark
