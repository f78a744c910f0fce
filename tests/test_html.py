"""The attribution page: everything said is there, nothing said runs, and it adds up."""

import re
import subprocess
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest

from o2o.attribution.models import MODELS, Model
from o2o.attribution.question import Level, Outcome
from o2o.attribution.report import Fault, Joinability, RefundFault, Totals
from o2o.config import Language
from o2o.reports.html import Section, render_page
from o2o.reports.page import AttributionPage
from o2o.times import DAY, HOUR
from tests.programs import need_program
from tests.report_pages import QUESTION, SETTINGS, make_page, make_touchpoint, make_touchpoints

HOSTILE = (
    "</script><script>document.title='owned'</script>",
    "<img src=x onerror=\"document.title='owned'\">",
    "\"'><svg onload=document.title='owned'>",
    "</title><style>*{display:none}</style>",
    "土鸡蛋 & <30 枚> \"特价\" 'A'",
    "بيض طازج ٣٠ حبة",
    "🥚🥚 fresh eggs",
    "javascript:alert(1)",
)


class Page(HTMLParser):
    """The tags, the attributes and the text of a page, each table as rows of texts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text = ""
        self.rows: list[list[str]] = []
        self.in_cell = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.in_cell = True
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self.in_cell = self.in_cell and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        self.text += data
        if self.in_cell:
            self.rows[-1][-1] += data


def open_page(page: AttributionPage) -> Page:
    return Page(render_page(page))


def in_english(page: AttributionPage) -> AttributionPage:
    return replace(page, settings=replace(page.settings, language=Language.EN))


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("outcome", list(Outcome))
@pytest.mark.parametrize("level", list(Level))
def test_every_question_has_a_page_that_loads_nothing(language: Language, outcome: Outcome, level: Level) -> None:
    question = replace(QUESTION, outcome=outcome, by=level)
    page = open_page(make_page(make_touchpoints(), question, replace(SETTINGS, language=language)))
    assert not {"script", "link", "img", "iframe", "object", "base", "form"} & set(page.tags)
    assert not [a for a in page.attributes if a[1] in ("src", "href", "xlink:href", "style") or a[1].startswith("on")]
    assert "url(" not in page.text and "@import" not in page.text
    assert "http:" not in page.text and "https:" not in page.text
    assert page.attributes[0] == ("html", "lang", "zh-CN" if language is Language.ZH else "en")


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("language", list(Language))
def test_any_name_is_shown_as_it_is(name: str, language: Language) -> None:
    touchpoints = [make_touchpoint(n, kind, name, 400, 0.2) for n, kind in enumerate(("product", "person", "place"))]
    plain = open_page(make_page([replace(t, name="x") for t in touchpoints]))
    page = open_page(make_page(touchpoints, settings=replace(SETTINGS, language=language)))
    assert page.text.count(name) >= 9
    assert page.tags == plain.tags


def test_hostile_sections_and_ids_are_shown_as_they_are() -> None:
    section = Section(HOSTILE[0], [HOSTILE[1], "n"], [(HOSTILE[2], 3)], HOSTILE[3])
    touchpoints = [replace(make_touchpoint(0, "place", "a", 400, 0.2), subject_id=HOSTILE[2], code=HOSTILE[1])]
    page = open_page(replace(make_page(touchpoints), sections=[section], store_names={"S001": HOSTILE[0]}))
    assert all(text in page.text for text in HOSTILE[:4])
    assert "script" not in page.tags and "img" not in page.tags


def test_no_script_of_a_product_name_runs_in_chromium(tmp_path: Path) -> None:
    chromium = need_program("chromium", "chromium-browser", "google-chrome")
    out = tmp_path / "report.html"
    touchpoints = [make_touchpoint(n, "product", name, 400, 0.2) for n, name in enumerate(HOSTILE)]
    out.write_text(render_page(make_page(touchpoints)), encoding="utf-8")
    dom = subprocess.run(
        [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", out.as_uri()],
        capture_output=True, timeout=120, check=True,
    ).stdout.decode()  # fmt: skip
    assert "<title>归因报告</title>" in dom
    assert "土鸡蛋" in dom


def test_the_policy_allows_the_page_s_own_style_and_nothing_else() -> None:
    html = render_page(make_page(make_touchpoints()))
    style = html[html.index("<style>") + len("<style>") : html.index("</style>")]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert ("meta", "content", policy) in Page(html).attributes


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("model", MODELS)
def test_the_lines_of_the_page_add_up_to_the_report(level: Level, model: Model) -> None:
    touchpoints = make_touchpoints(200)
    page = make_page(touchpoints, replace(QUESTION, by=level, models=(model,)))
    rows = open_page(page).rows
    start = next(n for n, row in enumerate(rows) if row[1:2] == ["归因金额"])
    total = next(n for n, row in enumerate(rows) if n > start and row[0] == "合计")
    amounts = [
        round(float(row[1].strip("¥").replace(",", "")) * 100) for row in rows[start + 1 : total] if len(row) > 1
    ]
    assert sum(amounts) == page.totals.revenue
    assert rows[total][1] == SETTINGS.money.format(page.totals.revenue)


def test_each_model_has_its_identity_in_the_page() -> None:
    page = make_page(make_touchpoints())
    rows = open_page(page).rows
    for totals in page.report.totals:
        money = [totals.attributed_revenue, totals.unattributed_revenue, totals.revenue]
        assert [*map(SETTINGS.money.format, money)] in [row[1:] for row in rows if f"({totals.model})" in row[0]]


def test_the_page_opens_with_best_and_worst_of_each_kind() -> None:
    good = make_touchpoint(0, "place", "Door", 500, 0.4)
    poor = make_touchpoint(1, "place", "Shelf", 500, 0.05)
    lucky = make_touchpoint(2, "place", "Lucky", 3, 1)
    guide = make_touchpoint(3, "person", "Ann", 3, 1)
    text = open_page(in_english(make_page([lucky, poor, good, guide]))).text
    answer = text[text.index("The answer") : text.index("Which touchpoint")]
    assert re.search(
        r"Best \(highest order rate\)Door180 of 450 visitors ordered: 40.0% \(95% interval 35.6% to 44.6%\)", answer
    )
    assert "Worst (lowest order rate)Shelf22 of 450 visitors ordered" in answer
    assert re.search(r"Most money creditedDoor¥[\d,.]+ \(\d+\.\d% of the total\)", answer)
    assert "They differ by more than chance explains." in answer
    assert "1 other has too little data to be compared." in answer
    assert "Not enough data: 3 scans at mostAnn" in answer
    assert "ProductsNo scans" in answer
    assert "carry an id that can join" in answer and "Credit is not cause" in answer


def test_signs_that_may_differ_by_chance_are_not_called_best_and_worst() -> None:
    alike = [make_touchpoint(n, "place", f"Sign {n}", 500, 0.2 + n / 100) for n in range(3)]
    text = open_page(in_english(make_page(alike))).text
    assert "Highest order rateSign 2" in text and "Lowest order rateSign 0" in text
    assert "neither can be called best or worst" in text and "Best (" not in text


def test_a_sign_with_three_scans_is_listed_after_those_that_say_something() -> None:
    lucky = replace(make_touchpoint(2, "place", "Lucky", 3, 1), revenue=99_999_00)
    page = open_page(in_english(make_page([lucky, make_touchpoint(0, "place", "Door", 500, 0.4)])))
    table = page.text[page.text.index("Which touchpoint") : page.text.index("Does the answer")]
    assert table.index("Door") < table.index("Fewer than 30 scans each, too few to rank") < table.index("Lucky")


def test_models_are_named_in_words_beside_their_term() -> None:
    text = open_page(make_page(make_touchpoints())).text
    assert "末次触点 (last)：全部归给转化前最后一次扫码" in text
    assert all(f"({model})" in text for model in MODELS)


def test_the_model_asked_for_leads_and_linear_does_when_all_were() -> None:
    for models, leading in (((Model.LAST,), "末次触点 (last)"), (MODELS, "平均分配 (linear)")):
        page = open_page(make_page(make_touchpoints(), replace(QUESTION, models=models)))
        assert f"订单 · 2026-01-01 至 2026-01-31 · 回溯期 30 天 · {leading}" in page.text.replace("Orders", "订单")


def test_the_lookback_is_said_in_the_largest_whole_unit() -> None:
    for window, said in ((DAY, "1 day"), (36 * HOUR, "36 hours"), (7 * DAY, "7 days"), (90_000, "90 seconds")):
        page = in_english(make_page(make_touchpoints(), replace(QUESTION, window=window)))
        assert f"lookback {said}" in open_page(page).text


def test_a_period_with_no_conversions_says_so_and_still_shows_its_hits() -> None:
    page = in_english(make_page(make_touchpoints()))
    none = replace(
        page.report,
        rows=(),
        totals=tuple(Totals(model, 0.0, 0.0, 0.0, 0, 0, 0) for model in MODELS),
        joinability=Joinability(0, 0, 0, 0, 0, 0),
    )
    text = open_page(replace(page, reports=dict.fromkeys(Level, none))).text
    assert "There are no orders in this period" in text and "Hits received" in text


def test_refunds_that_cannot_be_taken_are_told_in_the_language_of_the_file() -> None:
    page = make_page(make_touchpoints())
    faults = (RefundFault(Fault.NAMELESS, 1, "R-<7>"), RefundFault(Fault.OVERSIZED, 1_200, "R8"))
    reports = {level: replace(report, faults=faults) for level, report in page.reports.items()}
    text = open_page(replace(page, reports=reports)).text
    assert "1 笔退款没有写原单（例如 R-<7>）" in text and "1,200 笔退款超过原单金额（例如 R8）" in text
    assert "refund" not in text.replace("refund_of", "")


def test_a_refunded_key_has_a_bar_left_of_zero() -> None:
    touchpoints = [make_touchpoint(0, "place", "Door", 500, 0.4), make_touchpoint(1, "place", "Back", 90, 0.4)]
    html = render_page(make_page([touchpoints[0], replace(touchpoints[1], revenue=-5_000)]))
    assert 'class="minus"' in html and "-¥" in html


def test_two_thousand_touchpoints_stay_under_half_a_megabyte_and_the_page_says_what_it_sums() -> None:
    html = render_page(make_page(make_touchpoints(2_000)))
    assert len(html.encode()) < 500_000
    assert re.search(r"其余 1,9\d\d 项合计", html)


def test_each_table_has_a_caption_and_each_chart_a_label() -> None:
    page = open_page(make_page(make_touchpoints()))
    assert page.tags.count("table") == page.tags.count("caption") > 6
    strips = page.tags.count("svg") - len([a for a in page.attributes if a[2] in ("key", "at")])
    assert strips == len([a for a in page.attributes if a[:2] == ("svg", "aria-label") and a[2]])
    assert page.tags.count("h1") == 1
