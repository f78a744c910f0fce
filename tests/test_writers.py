"""Files by their suffix."""

from pathlib import Path

import pytest

from o2o.errors import OutputError
from o2o.printing.drawing.writer import Writer
from o2o.printing.jobs.writers import find_writer
from o2o.printing.pdf.writer import PdfWriter
from o2o.printing.raster.writer import PngWriter
from o2o.printing.thermal.tspl import TsplWriter
from o2o.printing.thermal.zpl import ZplWriter


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.pdf", PdfWriter),
        ("A.PDF", PdfWriter),
        ("a.png", PngWriter),
        ("a.zip", PngWriter),
        ("a.zpl", ZplWriter),
        ("a.tspl", TsplWriter),
        ("a.zpl.prn", ZplWriter),
        ("a.tspl.prn", TsplWriter),
    ],
)
def test_the_suffix_says_what_is_written(tmp_path: Path, name: str, kind: type[Writer]) -> None:
    out = tmp_path / name
    with out.open("wb") as file:
        assert isinstance(find_writer(out)(file, out, "tags", "zh", "vector"), kind)


@pytest.mark.parametrize("name", ["tags", "tags.docx", "tags.pdf.bak", "tags.prn"])
def test_another_suffix_is_told_with_those_that_there_are(name: str) -> None:
    with pytest.raises(OutputError, match=r"name a file that ends in \.pdf, \.png"):
        find_writer(Path(name))
