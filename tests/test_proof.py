"""The proof: what was printed passes, and every way to spoil it is found."""

import io
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import Result
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pypdfium2 import PdfDocument, PdfPage
from reportlab.pdfgen.canvas import Canvas

from benchmarks.reportlab_fonts import register_fonts
from o2o.codes.barcode import ean13_modules
from o2o.codes.check_digits import check_digit
from o2o.codes.smallest import make_symbol
from o2o.config import change_setting
from o2o.db import Database
from o2o.errors import InputFileError, NotFoundError
from o2o.printing.drawing.fonts import BOLD, REGULAR
from o2o.printing.proof import comparison, messages
from o2o.printing.proof.comparison import prove_pdf, prove_prints
from o2o.printing.proof.matrices import prove_matrices
from o2o.printing.proof.report import ProofProblem, ProofTerms
from o2o.problems import Message
from o2o.subjects import Kind
from o2o.touchpoints import MintRequest, mint_touchpoints
from tests.prints import fill_shop

Run = Callable[..., Result]
MM = 72 / 25.4
PAGE = (210, 297)
CELL = (70, 37)
PER_PAGE = 4


@dataclass(frozen=True)
class Tag:
    """What a cell shows; the job keeps it, and a spoiled print draws another."""

    touchpoint_id: int
    url: str
    texts: tuple[str, ...]
    ean: str = ""
    covered: bool = False
    blot: tuple[float, float, float, float] | None = None
    grey: float = 0.0
    name_covered: bool = False
    module: float = 0.6

    @property
    def code(self) -> str:
        return self.url[-8:]


@pytest.fixture
def tags(db: Database) -> list[Tag]:
    """Three pages of tags."""
    names = [f"东北大米 {number} 号 Häagen-" for number in range(3 * PER_PAGE)]
    db.table("products").insert_all({"sku": f"{n:03}", "name": name} for n, name in enumerate(names))
    points = mint_touchpoints(db, MintRequest(Kind.PRODUCT), 1_780_000_000_000)
    bodies = [f"690{number:09}" for number in range(len(points))]
    return [
        Tag(
            point.id,
            f"https://S.EXAMPLE.COM/{point.code}",
            (name, "5kg 袋装", f"¥{number}.90"),
            body + check_digit(body),
        )
        for number, (point, name, body) in enumerate(zip(points, names, bodies, strict=True))
    ]


def corner(cell: int) -> tuple[float, float]:
    return cell % 2 * CELL[0] + 10, cell // 2 * CELL[1] + 10


def paper(tags: Sequence[Tag], subject: str, sample: str = "") -> bytes:
    """Draw tags, four a page."""
    register_fonts()
    out = io.BytesIO()
    canvas = Canvas(out, (PAGE[0] * MM, PAGE[1] * MM), initialFontName=REGULAR)
    canvas.setSubject(subject)
    for number, tag in enumerate(tags):
        draw_tag(canvas, tag, *corner(number % PER_PAGE))
        if number % PER_PAGE == PER_PAGE - 1 or number == len(tags) - 1:
            canvas.setFont(BOLD, 90)
            canvas.drawString(5 * MM, 60 * MM, sample)
            canvas.showPage()
    if not tags:
        canvas.showPage()
    canvas.save()
    return out.getvalue()


symbol_of = cache(make_symbol)


def draw_tag(canvas: Canvas, tag: Tag, x: float, y: float) -> None:
    canvas.setFillGray(tag.grey)
    symbol, side = canvas.beginPath(), tag.module * MM
    for row, modules in enumerate(symbol_of(tag.url).rows):
        for column, dark in enumerate(modules):
            if dark:
                left, top = x + 45 + column * tag.module, y + 5 + row * tag.module
                symbol.rect(left * MM, (PAGE[1] - top) * MM - side, side, side)
    canvas.drawPath(symbol, stroke=0, fill=1)
    canvas.setFillGray(0)
    if tag.blot:
        left, top, width, height = tag.blot
        box(canvas, x + 45 + left, y + 5 + top, width, height)
    for column, module in enumerate(ean13_modules(tag.ean) if tag.ean else ""):
        if module == "1":
            box(canvas, x + 4 + column * 0.33, y + 26, 0.33, 8)
    for line, text in enumerate(tag.texts):
        canvas.setFont(REGULAR, 8)
        canvas.drawString((x + 2) * MM, (PAGE[1] - y - 5 - 6 * line) * MM, text)
    canvas.setFillGray(1)
    if tag.covered:
        box(canvas, x + 44, y + 4, 12, 12)
    if tag.name_covered:
        box(canvas, x + 1, y + 1, 42, 5.5)
    canvas.setFillGray(0)


def box(canvas: Canvas, x: float, y: float, width: float, height: float) -> None:
    canvas.rect(x * MM, (PAGE[1] - y - height) * MM, width * MM, height * MM, stroke=0, fill=1)


def keep_job(db: Database, tags: Sequence[Tag], *, sample: bool = False) -> int:
    """Write the job that printed these tags, and return its number."""
    pages = (len(tags) + PER_PAGE - 1) // PER_PAGE
    job = {"printed_at": 1, "command": "", "template": "t", "file_name": "t.pdf", "pages": pages, "sample": sample}
    job_id = db.table("print_jobs").insert(job).last_pk
    for number, tag in enumerate(tags):
        page, cell = divmod(number, PER_PAGE)
        place = dict(zip(("x", "y", "width", "height"), (*corner(cell), *CELL), strict=True))
        db.table("print_cells").insert(
            {"job_id": job_id, "page": page + 1, "cell": cell + 1, "touchpoint_id": tag.touchpoint_id, "template": "t"}
            | {"url": tag.url, "ean": tag.ean, "texts": json.dumps(tag.texts)}
            | place
        )
    return job_id


Prove = Callable[..., list[ProofProblem]]


@pytest.fixture
def prove(db: Database, tags: list[Tag], tmp_path: Path) -> Prove:
    """Keep the job of the tags, draw what a test makes of them, and return what the proof finds."""

    def run_proof(drawn: Sequence[Tag]) -> list[ProofProblem]:
        path = tmp_path / "t.pdf"
        path.write_bytes(paper(drawn, f"o2o job {keep_job(db, tags)}"))
        return list(prove_pdf(db, path).problems)

    return run_proof


def spoiled(tags: Sequence[Tag], changes: dict[int, dict[str, object]]) -> list[Tag]:
    return [replace(tag, **changes.get(number, {})) for number, tag in enumerate(tags)]  # type: ignore[arg-type]


def test_what_was_printed_passes(db: Database, tags: list[Tag], tmp_path: Path) -> None:
    path = tmp_path / "t.pdf"
    path.write_bytes(paper(tags, f"o2o job {keep_job(db, tags)}"))
    report = prove_pdf(db, path)
    assert (report.pages, report.codes, report.problems) == (3, 12, ())


def test_a_sample_passes_with_its_mark(db: Database, tags: list[Tag], tmp_path: Path) -> None:
    path = tmp_path / "t.pdf"
    path.write_bytes(paper(tags, f"o2o job {keep_job(db, tags, sample=True)}", "样张 SAMPLE"))
    assert prove_pdf(db, path).problems == ()


@pytest.mark.parametrize("what", ["tags", "badges", "signage"])
@pytest.mark.parametrize("sample", [True, False])
def test_what_the_print_commands_make_passes(
    run: Run, db: Database, tmp_path: Path, what: str, *, sample: bool
) -> None:
    fill_shop(db)
    change_setting(db, "base_url", "https://s.example.com" if sample else "https://s.yourshop.com")
    pdf = tmp_path / f"{what}.pdf"
    printed = run("print", what, "--store", "S1", "--out", pdf, *(["--sample"] if sample else []))
    assert printed.exit_code == 0, printed.exception
    proof = run("proof", pdf)
    assert (proof.exit_code, proof.stdout) == (0, "")
    assert "all as printed" in proof.stderr


def test_codes_too_small_for_a_coarse_look_pass(prove: Prove, tags: list[Tag]) -> None:
    assert prove([replace(tag, module=0.26) for tag in tags]) == []


def test_modules_that_no_phone_would_read_are_found(prove: Prove, tags: list[Tag]) -> None:
    problems = prove(spoiled(tags, {5: {"module": 0.2}}))
    assert [(p.page, p.cell, p.reason) for p in problems] == [(2, 2, "its modules are 0.20 mm, phones need 0.25")]


def test_two_swapped_symbols_are_on_the_wrong_tags(prove: Prove, tags: list[Tag]) -> None:
    problems = prove(spoiled(tags, {1: {"url": tags[6].url}, 6: {"url": tags[1].url}}))
    assert [(p.page, p.cell, p.code) for p in problems] == [(1, 2, tags[1].code), (2, 3, tags[6].code)]
    assert tags[6].url in problems[0].reason


def test_a_covered_code_cannot_be_read(prove: Prove, tags: list[Tag]) -> None:
    [problem] = prove(spoiled(tags, {5: {"covered": True}}))
    assert (problem.page, problem.cell, problem.code) == (2, 2, tags[5].code)
    assert "can't be read" in problem.reason


def test_a_text_that_something_lies_over_is_found(prove: Prove, tags: list[Tag]) -> None:
    [problem] = prove(spoiled(tags, {5: {"name_covered": True}}))
    assert (problem.page, problem.cell) == (2, 2)
    assert problem.reason == "something lies over “东北大米5号Häagen-”"


def test_all_texts_of_a_cell_that_something_lies_over_are_one_problem(prove: Prove, tags: list[Tag]) -> None:
    [problem] = prove(spoiled(tags, {5: {"blot": (-44, -5, 40, 25)}}))
    assert (problem.page, problem.cell) == (2, 2)
    assert problem.reason == "something lies over “东北大米5号Häagen-”, “5kg袋装”, “¥5.90”"


def test_two_swapped_names_are_found(prove: Prove, tags: list[Tag]) -> None:
    one, other = tags[2].texts, tags[3].texts
    problems = prove(spoiled(tags, {2: {"texts": (other[0], *one[1:])}, 3: {"texts": (one[0], *other[1:])}}))
    assert [(p.page, p.cell) for p in problems] == [(1, 3), (1, 4)]
    assert "东北大米2号Häagen-" in problems[0].reason and "东北大米3号Häagen-" in problems[0].reason


def test_a_changed_price_an_added_text_and_a_lost_text_are_found(prove: Prove, tags: list[Tag]) -> None:
    name, spec, _ = tags[0].texts
    problems = prove(
        spoiled(
            tags, {0: {"texts": (name, spec, "¥1.90")}, 1: {"texts": (*tags[1].texts, "买一送一")}, 2: {"texts": ()}}
        )
    )
    assert [p.cell for p in problems] == [1, 2, 3]
    assert "“¥0.90” is not there, but “¥1.90”" in problems[0].reason
    assert "“买一送一” was not printed" in problems[1].reason


def test_a_wrong_or_lost_ean_is_found(prove: Prove, tags: list[Tag]) -> None:
    problems = prove(spoiled(tags, {1: {"ean": tags[2].ean}, 6: {"ean": ""}}))
    assert [(p.page, p.cell) for p in problems] == [(1, 2), (2, 3)]
    assert f"{tags[1].ean} can't be read, but {tags[2].ean}" in problems[0].reason


def test_a_code_beside_the_cells_is_found(db: Database, tags: list[Tag], tmp_path: Path) -> None:
    path = tmp_path / "t.pdf"
    path.write_bytes(paper(tags[:4], f"o2o job {keep_job(db, tags[:3])}"))
    [problem] = prove_pdf(db, path).problems
    assert (problem.page, problem.cell, problem.code) == (1, None, tags[3].code)
    assert "in no cell" in problem.reason


@pytest.mark.parametrize(
    ("pages", "found"),
    [
        ([0, 2], [(2, "page 2 is missing")]),
        ([0], [(2, "pages 2 to 3 are missing")]),
        ([1, 2], [(1, "page 1 is missing")]),
        ([0, 2, 1], [(3, "this is page 2 of the job")]),
        ([0, 1, 1, 2], [(3, "this is page 2 of the job")]),
        ([2, 2, 2], [(2, "this is page 3"), (3, "this is page 3"), (1, "pages 1 to 2 are missing")]),
    ],
)
def test_missing_and_shuffled_pages_are_found(
    prove: Prove, tags: list[Tag], pages: list[int], found: list[tuple[int, str]]
) -> None:
    problems = prove([tag for page in pages for tag in tags[page * PER_PAGE : (page + 1) * PER_PAGE]])
    assert [p.page for p in problems] == [page for page, _ in found]
    assert all(reason in p.reason for p, (_, reason) in zip(problems, found, strict=True))


def test_a_page_cut_out_or_added_with_an_editor_is_found(db: Database, tags: list[Tag], tmp_path: Path) -> None:
    (tmp_path / "t.pdf").write_bytes(paper(tags, f"o2o job {keep_job(db, tags)}"))
    document = PdfDocument(tmp_path / "t.pdf")
    document.del_page(1)
    document.new_page(595, 842)
    document.save(tmp_path / "edited.pdf")
    document.close()
    problems = prove_pdf(db, tmp_path / "edited.pdf").problems
    assert [(p.page, p.reason) for p in problems] == [(3, "this page is not of the job"), (2, "page 2 is missing")]


@pytest.mark.parametrize(
    "change", [lambda page: page.set_rotation(90), lambda page: page.set_mediabox(0, 400, 300, 842)]
)
def test_a_turned_or_cut_page_is_found(
    db: Database, tags: list[Tag], tmp_path: Path, change: Callable[[PdfPage], None]
) -> None:
    (tmp_path / "t.pdf").write_bytes(paper(tags, f"o2o job {keep_job(db, tags)}"))
    document = PdfDocument(tmp_path / "t.pdf")
    change(document[0])
    document.save(tmp_path / "edited.pdf")
    document.close()
    assert {p.page for p in prove_pdf(db, tmp_path / "edited.pdf").problems} == {1}


def test_identical_copies_are_pages_in_order(db: Database, tags: list[Tag], tmp_path: Path) -> None:
    copies, path = tags[:PER_PAGE] * 3, tmp_path / "t.pdf"
    subject = f"o2o job {keep_job(db, copies)}"
    path.write_bytes(paper(copies, subject))
    assert prove_pdf(db, path).problems == ()
    path.write_bytes(paper(copies[PER_PAGE:], subject))
    [problem] = prove_pdf(db, path).problems
    assert problem.reason == "page 3 is missing"


def test_a_print_of_another_shop_is_refused(db: Database, tags: list[Tag], tmp_path: Path) -> None:
    job_id = keep_job(db, tags[:PER_PAGE])
    strangers = [replace(tag, url="https://S.OTHER.COM/K7M2X9PQ") for tag in tags[:PER_PAGE]]
    (tmp_path / "t.pdf").write_bytes(paper(strangers, f"o2o job {job_id}"))
    with pytest.raises(InputFileError, match="printed from with --db"):
        prove_pdf(db, tmp_path / "t.pdf")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "no such file"),
        (b"", "not a PDF"),
        (b"<html>", "not a PDF"),
        (paper([], "tags"), "which print job"),
        (paper([], "o2o job 77"), "print job 77 is not in this file"),
    ],
)
def test_what_is_no_print_of_ours_is_told_in_one_line(
    run: Run, tmp_path: Path, content: bytes | None, reason: str
) -> None:
    path = tmp_path / "t.pdf"
    if content is not None:
        path.write_bytes(content)
    error = run("proof", path).exception
    assert isinstance(error, InputFileError)
    assert reason in str(error) and "\n" not in str(error)


def test_a_damaged_page_is_told_in_one_line(run: Run, db: Database, tags: list[Tag], tmp_path: Path) -> None:
    data = bytearray(paper(tags, f"o2o job {keep_job(db, tags)}"))
    page = [found.start() for found in re.finditer(rb"/Type /Page\b", data)][1]
    data[page - 200 : page + 200] = b"x" * 400
    (tmp_path / "t.pdf").write_bytes(data)
    error = run("proof", tmp_path / "t.pdf").exception
    assert isinstance(error, InputFileError)
    assert "damaged" in str(error) and "\n" not in str(error)


def test_the_command_lists_problems_and_fails(run: Run, db: Database, tags: list[Tag], tmp_path: Path) -> None:
    path = tmp_path / "t.pdf"
    subject = f"o2o job {keep_job(db, tags)}"
    path.write_bytes(paper(tags, subject))
    good = run("proof", path)
    assert (good.exit_code, good.stdout) == (0, "")
    assert "3 pages, 12 codes read back, lowest score 100, all as printed" in good.stderr
    path.write_bytes(paper(spoiled(tags, {5: {"covered": True}}), subject))
    bad = run("proof", path, "--format", "json")
    assert bad.exit_code == 1
    [problem] = json.loads(bad.stdout)
    assert (problem["page"], problem["cell"], problem["code"]) == (2, 2, tags[5].code)
    assert "1 problem(s)" in bad.stderr


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"blot": (9, 6, 4.5, 3)}, "scans badly, grade"),
        ({"grey": 0.8}, "contrast 39%"),
        ({"blot": (-1.5, 3, 0.6, 4)}, "something lies 1 module(s) from it, 4 must stay clear"),
        ({"blot": (3, -2.4, 9, 1)}, "something lies 2 module(s) from it"),
    ],
)
def test_what_reads_but_would_scan_badly_is_found(
    prove: Prove, tags: list[Tag], change: dict[str, object], reason: str
) -> None:
    [problem] = prove(spoiled(tags, {6: change}))
    assert (problem.page, problem.cell, problem.code) == (2, 3, tags[6].code)
    assert reason in problem.reason


def test_a_small_blot_costs_points_and_is_no_problem(db: Database, tags: list[Tag], tmp_path: Path) -> None:
    path = tmp_path / "t.pdf"
    drawn = spoiled(tags, {5: {"blot": (8.5, 8.5, 1.6, 1.6)}})
    path.write_bytes(paper(drawn, f"o2o job {keep_job(db, tags)}"))
    report = prove_pdf(db, path)
    assert report.problems == ()
    assert sum(report.scores.values()) == 12 and report.scores[100] == 11
    [worst] = report.worst
    assert (worst.place.page, worst.place.cell) == (2, 2)
    assert 0.3 < worst.quality.unused < 1 and worst.quality.score < 100


def test_codes_off_the_grid_print_too_dark_on_coarse_printers(db: Database, tags: list[Tag], tmp_path: Path) -> None:
    path = tmp_path / "t.pdf"
    path.write_bytes(paper(tags, f"o2o job {keep_job(db, tags)}"))
    [plain] = prove_prints(db, [path], ProofTerms())
    assert plain.problems == ()
    growth = {trial.dpi: trial.growth for trial in plain.trials}
    assert 0.1 < growth[203] < 0.3 and growth[203] > growth[300] > growth[600]
    [asked] = prove_prints(db, [path], ProofTerms(dpis=(203,)))
    assert ["203 dpi" in problem.reason for problem in asked.problems] == [True]


def test_codes_are_tried_on_the_printer_that_their_template_was_laid_out_for(
    db: Database, tags: list[Tag], tmp_path: Path
) -> None:
    path, job_id = tmp_path / "t.pdf", keep_job(db, tags)
    path.write_bytes(paper(tags, f"o2o job {job_id}"))
    for dpi, faults in ((600, []), (203, [True])):
        db.table("print_jobs").update(job_id, {"options": json.dumps({"dpi": {"t": dpi, "other": 203}})})
        assert ["203 dpi" in problem.reason for problem in prove_pdf(db, path).problems] == faults


def test_a_code_of_another_direction_is_found_where_a_page_is_read_in_full(
    db: Database, tags: list[Tag], tmp_path: Path
) -> None:
    path = tmp_path / "t.pdf"
    path.write_bytes(paper(tags, f"o2o job {keep_job(db, tags)}"))
    [report] = prove_prints(db, [path], ProofTerms(every=1))
    assert (report.codes, report.problems) == (12, ())


def test_files_of_one_job_are_proved_together(db: Database, tags: list[Tag], tmp_path: Path) -> None:
    subject = f"o2o job {keep_job(db, tags)}"
    parts = [tmp_path / name for name in ("t-1.pdf", "t-2.pdf", "t-10.pdf")]
    for number, part in enumerate(parts):
        part.write_bytes(paper(tags[number * PER_PAGE : (number + 1) * PER_PAGE], subject))
    [report] = prove_prints(db, [parts[2], parts[0], parts[1]], ProofTerms())
    assert (report.pages, report.codes, report.problems) == (3, 12, ())
    [folder] = prove_prints(db, [tmp_path], ProofTerms())
    assert [count.file for count in folder.counts] == ["t-1.pdf", "t-2.pdf", "t-10.pdf"]
    [twice] = prove_prints(db, [parts[0], parts[0], parts[1]], ProofTerms())
    assert [(p.file, p.reason) for p in twice.problems] == [
        ("t-1.pdf", "this is page 1 of the job, at the wrong place or twice"),
        ("", "page 3 is missing"),
    ]


def test_files_of_two_jobs_have_a_report_each(db: Database, tags: list[Tag], tmp_path: Path) -> None:
    one, other = tags[:PER_PAGE], tags[PER_PAGE:]
    (tmp_path / "a.pdf").write_bytes(paper(one, f"o2o job {keep_job(db, one)}"))
    (tmp_path / "b.pdf").write_bytes(paper(other, f"o2o job {keep_job(db, other)}"))
    reports = prove_prints(db, [tmp_path / "a.pdf", tmp_path / "b.pdf"], ProofTerms())
    assert [(report.pages, report.codes, report.problems) for report in reports] == [(1, 4, ()), (2, 8, ())]


def test_a_picture_is_proved_like_a_page(db: Database, tags: list[Tag], tmp_path: Path) -> None:
    job_id = keep_job(db, tags)
    with (
        PdfDocument(paper(spoiled(tags, {5: {"covered": True}}), "")) as document,
        ZipFile(tmp_path / "t.zip", "w") as pack,
    ):
        for number, page in enumerate(document, start=1):
            texts, out = PngInfo(), io.BytesIO()
            texts.add_text("Subject", f"o2o job {job_id}")
            texts.add_text("Page", str(number))
            page.render(scale=150 / 72).to_pil().save(out, "PNG", dpi=(150, 150), pnginfo=texts)
            pack.writestr(f"{'cab'[number - 1]}.png", out.getvalue())
    [report] = prove_prints(db, [tmp_path / "t.zip"], ProofTerms())
    assert [(p.file, p.page, p.cell, p.reason) for p in report.problems] == [("a.png", 1, 2, "its code can't be read")]
    assert (report.pages, report.codes) == (3, 11)


BOTH_SIDES = """
size = [60, 37]
stock = "A4-24"
duplex = "long-edge"
[box.name]
kind = "text"
field = "name"
x = 2
y = 2
width = 20
height = 10
size = 9
min_size = 6
lines = 2
[box.front]
kind = "qr"
x = 24
y = 2
width = 34
height = 34
[box.back]
kind = "qr"
side = "back"
x = 4
y = 2
width = 34
height = 34
"""


@pytest.fixture
def shop(db: Database) -> Database:
    """A small shop whose codes can be printed."""
    fill_shop(db)
    change_setting(db, "base_url", "https://s.yourshop.com")
    return db


def test_backs_are_pages_with_cells_of_their_own(shop: Database, run: Run, tmp_path: Path) -> None:
    template, path = tmp_path / "both.toml", tmp_path / "both.pdf"
    template.write_text(BOTH_SIDES)
    assert run("print", "tags", "--store", "S1", "--template", str(template), "--out", path).exception is None
    report = prove_pdf(shop, path)
    assert (report.pages, report.codes, report.problems) == (2, 4, ())
    assert [p.reason for p in prove_pdf(shop, without_page(path, 1)).problems] == ["page 2 is missing"]
    without_front = prove_pdf(shop, without_page(path, 0)).problems
    assert len(without_front) > 1 and without_front[-1].reason == "page 2 is missing"


def without_page(path: Path, page: int) -> Path:
    """Return a copy of a PDF that lacks a page."""
    cut = path.with_name(f"without-{page}.pdf")
    with PdfDocument(path) as document:
        document.del_page(page)
        document.save(cut)
    return cut


def test_a_shelf_label_that_shows_another_product_is_found_in_its_zip(shop: Database, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "labels.zip"
    assert run("print", "tags", "--store", "S1", "--template", "esl-290", "--out", path).exception is None
    assert run("proof", path).exit_code == 0
    with ZipFile(path) as pictures:
        labels = [pictures.read(name) for name in pictures.namelist()]
    with ZipFile(path, "w") as pictures:
        for page, label in enumerate(reversed(labels), 1):
            texts, out = PngInfo(), io.BytesIO()
            texts.add_text("Subject", "o2o job 1")
            texts.add_text("Page", str(page))
            with Image.open(io.BytesIO(label)) as image:
                image.save(out, "PNG", dpi=image.info["dpi"], pnginfo=texts)
            pictures.writestr(f"{page}.png", out.getvalue())
    reasons = [problem.reason for problem in prove_pdf(shop, path).problems]
    assert reasons == [f"this is page {page} of the job, at the wrong place or twice" for page in (2, 1)]


@pytest.mark.parametrize(("language", "reason"), [("zh", "缺少“"), ("en", "is not there")])
def test_the_page_of_a_proof_speaks_the_language_of_the_shop(
    run: Run, db: Database, tags: list[Tag], tmp_path: Path, language: str, reason: str
) -> None:
    change_setting(db, "language", language)
    path, page = tmp_path / "t.pdf", tmp_path / "proof.html"
    path.write_bytes(
        paper(spoiled(tags, {2: {"texts": ("another", "5kg 袋装", "¥2.90")}}), f"o2o job {keep_job(db, tags)}")
    )
    assert run("proof", path, "--html", page).exit_code == 1
    assert reason in page.read_text(encoding="utf-8")


def test_all_that_a_proof_says_is_there_in_both_languages_with_the_same_facts() -> None:
    said = [value for value in vars(messages).values() if isinstance(value, Message)]
    assert len(said) > 15
    for chinese, english in (words for message in said for words in (message.reason, message.advice)):
        assert re.search("[一-鿿]", chinese) and not re.search("[一-鿿]", english)
        assert sorted(re.findall(r"{\w+", chinese)) == sorted(re.findall(r"{\w+", english))


def test_the_command_writes_its_report_as_page_and_as_data(
    run: Run, db: Database, tags: list[Tag], tmp_path: Path
) -> None:
    path, page, data = tmp_path / "t.pdf", tmp_path / "proof.html", tmp_path / "proof.json"
    drawn = spoiled(tags, {5: {"covered": True}, 6: {"blot": (8.5, 8.5, 1.6, 1.6)}})
    path.write_bytes(paper(drawn, f"o2o job {keep_job(db, tags)}"))
    assert run("proof", path, "--html", page, "--json", data).exit_code == 1
    [report] = json.loads(data.read_text(encoding="utf-8"))
    assert (report["pages"], report["codes"], report["grades"]["A"]) == (3, 11, 11)
    assert [worst["place"]["code"] for worst in report["worst"]] == [tags[5].code, tags[6].code]
    html = page.read_text(encoding="utf-8")
    assert tags[5].code in html and "data:image/png" in html and "<script" not in html


def test_the_page_of_a_proof_shows_a_cell_with_several_problems_once(
    run: Run, db: Database, tags: list[Tag], tmp_path: Path
) -> None:
    path, page = tmp_path / "t.pdf", tmp_path / "proof.html"
    drawn = spoiled(tags, {5: {"texts": (), "ean": ""}})
    path.write_bytes(paper(drawn, f"o2o job {keep_job(db, tags)}"))
    assert run("proof", path, "--html", page).exit_code == 1
    html = page.read_text(encoding="utf-8")
    assert (html.count(tags[5].code), html.count("data:image/png")) == (2, 1)


def test_all_symbols_of_a_job_are_read_back_without_its_pages(
    run: Run, db: Database, tags: list[Tag], tmp_path: Path
) -> None:
    path, job_id = tmp_path / "t.pdf", keep_job(db, tags)
    path.write_bytes(paper(tags, f"o2o job {job_id}"))
    report = prove_matrices(db, job_id)
    assert (report.codes, report.problems) == (12, ())
    proof = run("proof", "--matrix", path)
    assert (proof.exit_code, proof.stdout) == (0, "")
    assert "12 symbols read back, all say what was printed" in proof.stderr
    with pytest.raises(NotFoundError):
        prove_matrices(db, 99)


def test_parts_of_a_file_are_proved_as_one(
    db: Database, tags: list[Tag], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "t.pdf"
    drawn = spoiled(tags, {5: {"covered": True}, 9: {"texts": ()}})
    shuffled = [tag for page in (0, 2, 1, 1) for tag in drawn[page * PER_PAGE : (page + 1) * PER_PAGE]]
    path.write_bytes(paper(shuffled, f"o2o job {keep_job(db, tags)}"))
    whole = prove_pdf(db, path)
    monkeypatch.setattr(comparison, "PAGES_OF_PART", 1)
    assert prove_pdf(db, path) == whole
    [by_two] = prove_prints(db, [path], ProofTerms(jobs=2))
    assert by_two == whole
    assert len(whole.problems) > 4 and len(whole.trials) == 3


def test_what_is_wrong_with_a_file_is_told_by_each_process_alike(db: Database, tags: list[Tag], tmp_path: Path) -> None:
    data = bytearray(paper(tags, f"o2o job {keep_job(db, tags)}"))
    page = [found.start() for found in re.finditer(rb"/Type /Page\b", data)][1]
    data[page - 200 : page + 200] = b"x" * 400
    (tmp_path / "t.pdf").write_bytes(data)
    said = []
    for jobs in (1, 2):
        with pytest.raises(InputFileError, match="damaged") as error:
            prove_prints(db, [tmp_path / "t.pdf"], ProofTerms(jobs=jobs))
        said.append(vars(error.value) | {"sentence": str(error.value)})
    assert said[0] == said[1]
