"""Pages as PNG: sizes, names, what they say of their job, codes read back."""

import gc
import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from o2o.codes.reader import read_codes
from o2o.codes.smallest import make_symbol
from o2o.errors import SettingError
from o2o.printing.drawing.items import Matrix, Panel
from o2o.printing.raster.writer import PngWriter

URL = "https://s.example.cn/AB12CD34"
CODE = Matrix(4, 4, 0.6, make_symbol(URL), "#000000", URL)


def write(out: str, *names: str, inks: tuple[str, ...] = (), sample: bool = False) -> bytes:
    """Return a file with a page of 30 x 25 mm at 254 dpi for each name."""
    file = io.BytesIO()
    writer = PngWriter(file, Path(out), inks)
    for name in names:
        writer.start_page(30, 25, 254)
        writer.name_page(name)
        writer.place([Panel(0, 0, 30, 25, fill="#C8102E"), Panel(1, 1, 23, 23, fill="#FFFFFF"), CODE], 0, 0)
        if sample:
            writer.mark_sample([Panel(1, 1, 23, 23)])
        writer.end_page()
    writer.finish("o2o job 42")
    return file.getvalue()


def test_a_page_is_a_picture_of_its_pixels_that_reads_and_names_its_job() -> None:
    with Image.open(io.BytesIO(write("sign.png", ""))) as image:
        image.load()
        assert (image.size, image.mode) == ((300, 250), "RGB")
        assert image.text == {"Software": "o2o", "Page": "1", "Subject": "o2o job 000000000042"}
        assert image.info["dpi"] == pytest.approx((254, 254), abs=0.1)
        assert [code.text for code in read_codes(image.convert("L"))] == [URL]


def test_a_zip_holds_a_picture_for_each_page_under_its_name() -> None:
    with zipfile.ZipFile(io.BytesIO(write("tags.zip", "", "007", "007", "a/b 鸡"))) as pictures:
        assert pictures.testzip() is None
        assert pictures.comment == b"o2o job 42"
        assert pictures.namelist() == ["tags-001.png", "007.png", "007-2.png", "a_b_鸡.png"]
        for number, name in enumerate(pictures.namelist(), 1):
            with Image.open(pictures.open(name)) as image:
                image.load()
                assert (image.text["Page"], image.text["Subject"]) == (str(number), "o2o job 000000000042")
                assert [code.text for code in read_codes(image.convert("L"))] == [URL]


def test_the_same_job_makes_the_same_bytes() -> None:
    assert write("tags.zip", "a", "b") == write("tags.zip", "a", "b")


@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
def test_a_zip_that_is_given_up_is_left_without_a_word(tmp_path: Path) -> None:
    with (tmp_path / "tags.zip").open("wb") as file:
        writer = PngWriter(file, Path("tags.zip"))
        writer.start_page(30, 25, 254)
        writer.end_page()
    del writer
    gc.collect()


def test_a_picture_has_no_second_page() -> None:
    with pytest.raises(SettingError, match=r"a PNG holds one page, and there are more; name a zip, such as sign\.zip"):
        write("sign.png", "", "")


def test_a_panel_gets_a_palette_of_its_inks() -> None:
    with Image.open(io.BytesIO(write("tag.png", "", inks=("black", "white", "red")))) as image:
        assert image.mode == "P"
        assert image.getpalette()[:9] == [0, 0, 0, 255, 255, 255, 255, 0, 0]
        assert set(image.tobytes()) == {0, 1, 2}
        assert [code.text for code in read_codes(image.convert("L"))] == [URL]


@pytest.mark.parametrize("inks", [(), ("black", "white"), ("black", "white", "red")])
def test_a_sample_is_marked_beside_its_code(inks: tuple[str, ...]) -> None:
    plain, marked = (
        Image.open(io.BytesIO(write("tag.png", "", inks=inks, sample=sample))).convert("RGB")
        for sample in (False, True)
    )
    inside, around = (10, 10, 240, 240), (240, 0, 300, 250)
    assert plain.crop(inside).tobytes() == marked.crop(inside).tobytes()
    assert plain.crop(around).tobytes() != marked.crop(around).tobytes()
