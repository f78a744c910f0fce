"""The file itself: sound for every reader, the same bytes for the same job, flat memory, texts that copy unchanged."""

import io
import tracemalloc

import pypdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from o2o.codes.smallest import make_symbol
from o2o.printing.drawing.fonts import BOLD, REGULAR, find_chain
from o2o.printing.drawing.items import Item, Matrix, Text
from o2o.printing.pdf.file import make_name, make_text
from o2o.printing.pdf.writer import PdfWriter

SYMBOL = make_symbol("HTTPS://S.EXAMPLE.COM/0123456789")


def write_pages(count: int, *items: Item, title: str = "标签 (一) \\ 𰻝") -> bytes:
    out = io.BytesIO()
    writer = PdfWriter(out, title, "zh")
    for _ in range(count):
        writer.start_page(50, 40, 254)
        writer.place(items, 0, 0)
        writer.end_page()
    writer.finish("o2o job 7")
    return out.getvalue()


@pytest.mark.parametrize("count", [0, 1, 63, 64, 65, 4096, 4161])
def test_every_page_is_found_and_no_node_of_their_tree_is_large(count: int) -> None:
    reader = pypdf.PdfReader(io.BytesIO(write_pages(count)), strict=True)
    assert len(reader.pages) == count
    root = reader.trailer["/Root"]["/Pages"]
    assert root["/Count"] == count
    assert len(root["/Kids"]) <= 64


def test_a_strict_reader_finds_what_the_file_is_about() -> None:
    reader = pypdf.PdfReader(io.BytesIO(write_pages(1)), strict=True)
    assert reader.metadata.title == "标签 (一) \\ 𰻝"
    assert reader.metadata.subject == "o2o job 7"
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "zh"
    assert root["/ViewerPreferences"] == {"/PrintScaling": "/None", "/DisplayDocTitle": True}


def test_every_object_lies_where_the_table_says() -> None:
    pdf = write_pages(3, Text(5, 5, "鸡蛋", REGULAR, 3, "#000000"))
    start = int(pdf.rsplit(b"startxref\n", 1)[1].split()[0])
    lines = pdf[start:].split(b"\n")
    assert lines[0] == b"xref"
    entries = lines[3 : 2 + int(lines[1].split()[1])]
    assert all(len(entry) == 19 for entry in entries)
    for number, entry in enumerate(entries, 1):
        assert pdf[int(entry[:10]) :].startswith(b"%d 0 obj" % number)


def test_the_same_job_makes_the_same_bytes_and_another_another_identity() -> None:
    items = (Text(5, 5, "鸡蛋", REGULAR, 3, "#000000"), Matrix(5, 10, 0.5, SYMBOL, "#000000"))
    assert write_pages(2, *items) == write_pages(2, *items)
    one, other = (write_pages(2, item).rpartition(b"/ID")[2] for item in items)
    assert one != other


CHARACTERS = sorted(
    chr(code) for code in find_chain(REGULAR).fonts[0].glyphs if code > 0x20 and chr(code).isprintable()
)
# what a reader may turn into other characters when it looks for words: marks that combine, forms of compatibility
PLAIN = [c for c in CHARACTERS if not 0x300 <= ord(c) < 0x370 and not 0xFB00 <= ord(c) < 0xFB07]


@settings(max_examples=40, deadline=None)
@given(st.text(st.sampled_from(PLAIN), min_size=1, max_size=30), st.sampled_from([REGULAR, BOLD]))
def test_text_that_is_copied_out_is_the_text_that_went_in(text: str, chain: str) -> None:
    with pypdfium2.PdfDocument(write_pages(1, Text(1, 10, text, chain, 1.5, "#000000"))) as document:
        assert document[0].get_textpage().get_text_range().strip() == text


def test_every_character_of_the_fonts_copies_as_itself() -> None:
    lines = ["".join(CHARACTERS[start : start + 25]) for start in range(0, len(CHARACTERS), 25)]
    reader = pypdf.PdfReader(io.BytesIO(write_pages(1, *(Text(1, 1, line, REGULAR, 0.1, "#000000") for line in lines))))
    assert sorted(set(reader.pages[0].extract_text()) - set("\n ")) == CHARACTERS


def test_memory_is_flat_however_many_pages_there_are() -> None:
    peaks = [peak_of(pages) for pages in (200, 200, 2000)]
    assert peaks[2] - peaks[1] < 200_000  # bytes: of 1,800 pages, some hundred each


class _Nowhere(io.RawIOBase):
    def write(self, data: object) -> int:
        return len(data)  # type: ignore[arg-type]


def peak_of(pages: int) -> int:
    """Return the most memory that so many pages took."""
    tracemalloc.start()
    writer = PdfWriter(_Nowhere(), "test", "zh")
    for _ in range(pages):
        writer.start_page(50, 40, 254)
        writer.place([Text(5, 5, "鸡蛋", REGULAR, 3, "#000000"), Matrix(5, 10, 0.5, SYMBOL, "#000000")], 0, 0)
        writer.end_page()
    writer.finish("")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


@pytest.mark.parametrize(
    ("text", "name"), [("PANTONE 186 C", "/PANTONE#20186#20C"), ("专", "/#E4#B8#93"), ("A(b)#", "/A#28b#29#23")]
)
def test_a_name_is_written_in_letters_and_digits(text: str, name: str) -> None:
    assert make_name(text) == name


def test_a_text_is_written_with_its_order_of_bytes() -> None:
    assert make_text("a𰻝") == "<feff0061d883dedd>"
