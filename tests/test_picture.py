"""The picture of one code: it reads back from outside, has the size asked for, and says when it can't."""

import io
import re
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from o2o.codes.reader import read_codes
from o2o.codes.smallest import make_symbol
from o2o.codes.symbol import QUIET_ZONE
from o2o.errors import OutputError, SettingError
from o2o.printing.drawing.sample import SAMPLE
from o2o.printing.picture.code import PictureOrder, make_picture, write_picture

URL = "https://S.EXAMPLE.COM/K7M2X9PQ"
MODULES = make_symbol(URL).size + 2 * QUIET_ZONE


def png(order: PictureOrder) -> Image.Image:
    return Image.open(io.BytesIO(make_picture(order, ".png").data))


@pytest.mark.parametrize("sample", [False, True])
@pytest.mark.parametrize(("side", "dpi"), [(10, 300), (30, 203), (30, 300), (200, 96), (80, 600)])
def test_a_png_has_whole_pixels_for_each_module_and_its_dpi(side: float, dpi: int, sample: bool) -> None:
    image = png(PictureOrder(URL, side, dpi, sample=sample))
    assert image.width % MODULES == 0
    assert abs(image.width * 25.4 / dpi - side) <= MODULES * 25.4 / dpi / 2
    assert image.info["dpi"] == pytest.approx((dpi, dpi), abs=0.02)
    assert [reading.text for reading in read_codes(image.convert("L"))] == [URL]


@pytest.mark.parametrize("sample", [False, True])
def test_nothing_but_white_is_in_the_quiet_zone(sample: bool) -> None:
    image = png(PictureOrder(URL, 30, sample=sample)).convert("L")
    zone, side = image.width // MODULES * QUIET_ZONE, image.width
    for box in ((0, 0, side, zone), (0, side - zone, side, side), (0, 0, zone, side), (side - zone, 0, side, side)):
        assert image.crop(box).getextrema() == (255, 255)


def test_a_sample_is_marked_below_the_code() -> None:
    plain, marked = png(PictureOrder(URL)).convert("L"), png(PictureOrder(URL, sample=True)).convert("L")
    assert marked.crop((0, 0, *plain.size)).tobytes() == plain.tobytes()
    assert marked.crop((0, plain.height, *marked.size)).getextrema() == (0, 255)


@pytest.mark.parametrize(("sample", "height"), [(False, 40), (True, 44.8)])
def test_an_svg_is_a_few_paths_in_millimetres(sample: bool, height: float) -> None:
    svg = make_picture(PictureOrder(URL, 40, sample=sample), ".svg").data.decode()
    assert f'width="40mm" height="{height:g}mm"' in svg
    assert 'shape-rendering="crispEdges"' in svg
    assert svg.count("<path") == 2 + sample  # ground, code, and the mark, so that no font is needed
    assert "<text" not in svg


@pytest.mark.parametrize(("sample", "height"), [(False, 40), (True, 44.8)])
def test_a_pdf_is_a_vector_page_of_the_size(sample: bool, height: float) -> None:
    document = pypdfium2.PdfDocument(make_picture(PictureOrder(URL, 40, sample=sample), ".pdf").data)
    page = document[0]
    assert page.get_size() == pytest.approx((40 / 25.4 * 72, height / 25.4 * 72), abs=0.01)
    assert SAMPLE in page.get_textpage().get_text_bounded() or not sample
    assert all(thing.type != 3 for thing in page.get_objects())  # 3: an image
    assert [r.text for r in read_codes(page.render(scale=10, grayscale=True).to_pil())] == [URL]
    document.close()


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_a_code_too_small_to_read_is_refused_with_the_least_size(suffix: str) -> None:
    with pytest.raises(SettingError, match="too small to read") as refused:
        make_picture(PictureOrder(URL, 5), suffix)
    [least] = re.findall(r"use --size (\d+)", str(refused.value))
    for dpi in (72, 203, 220, 300, 600):
        make_picture(PictureOrder(URL, float(least), dpi), suffix)


def test_a_picture_too_large_for_a_png_is_refused() -> None:
    with pytest.raises(SettingError, match="SVG or PDF"):
        make_picture(PictureOrder(URL, 3000, 1200), ".png")
    assert make_picture(PictureOrder(URL, 3000, 1200), ".svg").side == 3000


def test_a_folder_that_is_not_there_is_told_and_nothing_left(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="create the folder first"):
        write_picture(tmp_path / "none" / "x.png", PictureOrder(URL))
    assert list(tmp_path.iterdir()) == []
