"""The proof: what was printed passes, and every way to spoil it is found."""

import io
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest
from click.testing import Result
from pypdfium2 import PdfDocument, PdfPage
from reportlab.pdfgen.canvas import Canvas

from benchmarks.reportlab_fonts import register_fonts
from o2o.codes.barcode import ean13_modules
from o2o.codes.check_digits import check_digit
from o2o.codes.symbol import make_symbol
from o2o.config import change_setting
from o2o.db import Database
from o2o.errors import InputFileError
from o2o.printing.fonts import BOLD, REGULAR
from o2o.printing.proof import ProofProblem, prove_pdf
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
    for row, modules in enumerate(symbol_of(tag.url).rows):
        for column, dark in enumerate(modules):
            if dark:
                box(canvas, x + 45 + column * tag.module, y + 5 + row * tag.module, tag.module, tag.module)
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
    assert "3 pages, 12 codes read back, all as printed" in good.stderr
    path.write_bytes(paper(spoiled(tags, {5: {"covered": True}}), subject))
    bad = run("proof", path, "--format", "json")
    assert bad.exit_code == 1
    [problem] = json.loads(bad.stdout)
    assert (problem["page"], problem["cell"], problem["code"]) == (2, 2, tags[5].code)
    assert "1 problem(s)" in bad.stderr
