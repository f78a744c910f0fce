"""Who earned how much under the leading model: the level that was asked for, people beside products beside places."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import fsum

from o2o.attribution.models import Model
from o2o.attribution.question import Level
from o2o.attribution.report import OTHER, UNATTRIBUTED, CreditRow
from o2o.reports.blocks import Line, draw_named, draw_paragraph, draw_section, draw_table
from o2o.reports.charts import Scale, draw_bar
from o2o.reports.markup import Markup, element, join
from o2o.reports.page import AttributionPage
from o2o.reports.phrases import say_credit, say_details, say_measure, say_model, say_name, say_share, say_value
from o2o.reports.ranking import RankedRows
from o2o.reports.touchpoints import THIN_VISITORS

RANKED_ROWS = 20
BESIDE_ROWS = 8


@dataclass(frozen=True, slots=True)
class Named:
    """Rows that a table shows as one line under a name."""

    rows: Sequence[CreditRow]
    name: str
    tone: str | None = None


def draw_ranking(page: AttributionPage) -> Markup:
    """Return bars and numbers of the level that was asked for, by the leading model."""
    words, level = page.words, page.question.by
    note = words(
        "ranking_note", model=say_model(words, page.model), measure=say_measure(page).lower(), minimum=THIN_VISITORS
    )
    return draw_section(
        words("ranking", level=words(level).lower()),
        draw_paragraph(note, "note"),
        _draw_credit_table(page, level, RANKED_ROWS, words("ranking", level=words(level).lower())),
    )


def draw_level(page: AttributionPage, level: Level) -> Markup:
    """Return the table of one more level, nothing when no credit has it."""
    if not page.keyed_rows(level):
        return Markup()
    words = page.words
    title = words(f"by_{level}")
    return draw_section(
        title,
        draw_paragraph(words(f"by_{level}_note"), "note"),
        _draw_credit_table(page, level, RANKED_ROWS, title),
    )


def _draw_credit_table(page: AttributionPage, level: Level, limit: int, caption: str) -> Markup:
    words, ranked = page.words, page.rank(level, limit)
    lines = [*_key_lines(page, level, ranked), *_sum_lines(page, level, ranked)]
    return draw_table(caption, [words(level), *_columns(page)], lines)


def _columns(page: AttributionPage) -> list[str]:
    conversions = f"conversions_{page.question.outcome}"
    keys = ("revenue", "share", conversions) if page.about_sales else (conversions, "share")
    return [page.words(key) for key in (*keys, "scans")]


def _key_lines(page: AttributionPage, level: Level, ranked: RankedRows) -> list[Line]:
    scale = Scale.of(page.value(row) for row in ranked.listed)
    leaders, thin = (
        [_credit_line(page, level, Named([row], _draw_row(page, level, row, scale))) for row in part]
        for part in (ranked.leaders, ranked.thin)
    )
    return [*leaders, Line([page.words("n_thin_rows", n=THIN_VISITORS)], "rest"), *thin] if thin else leaders


def _draw_row(page: AttributionPage, level: Level, row: CreditRow, scale: Scale) -> Markup:
    name, value = say_name(row), page.value(row)
    tone = "pale" if page.is_thin(level, row) else "plus"
    strip = draw_bar(scale, value, f"{name}: {say_value(page, value)}", tone)
    return draw_named(name, say_details(page, level, row), strip)


def _sum_lines(page: AttributionPage, level: Level, ranked: RankedRows) -> list[Line]:
    words, credited = page.words, page.rows(level)
    scanned = page.scans[level].keys() - {row.key for row in credited}
    idle = [CreditRow(key, "", page.model, 0, 0) for key in scanned - {OTHER}]
    whole = [*credited, *(CreditRow(key, "", page.model, 0, 0) for key in scanned)]
    sums = [
        Named(ranked.rest, words.count("n_rest", len(ranked.rest)), "rest"),
        Named(idle, words.count("n_idle", len(idle)), "rest"),
        Named([row for row in whole if row.key == OTHER], words("other"), "rest"),
        Named([row for row in whole if row.key == UNATTRIBUTED], words("unattributed"), "rest"),
        Named(whole, words("total"), "total"),
    ]
    return [_credit_line(page, level, named) for named in sums if named.rows]


def _credit_line(page: AttributionPage, level: Level, named: Named) -> Line:
    row = sum_rows(named.rows, page.model)
    whole, _, _ = page.sides(page.totals)
    conversions = [say_credit(row.conversions, row.model)] if page.about_sales else []
    scans = page.scans_of(level, (row.key for row in named.rows))
    value = page.value(row)
    said = join(say_value(page, value, row.model), _draw_range(page, named.rows))
    return Line([named.name, said, say_share(value, whole), *conversions, f"{scans:,}" if scans else ""], named.tone)


def _draw_range(page: AttributionPage, rows: Sequence[CreditRow]) -> Markup:
    """Return between what a single row's figure lies; of several rows that isn't known."""
    if len(rows) != 1:
        return Markup()
    (row,) = rows
    low, high = (row.revenue_low, row.revenue_high) if page.about_sales else (row.conversions_low, row.conversions_high)
    if low is None or high is None:
        return Markup()
    ends = (page.settings.money.format(round(end)) if page.about_sales else f"{end:,.1f}" for end in (low, high))
    return element("small", page.words.language.of((" 至 ", " to ")).join(ends), class_="range-of")


def sum_rows(rows: Iterable[CreditRow], model: Model) -> CreditRow:
    """Return rows of one model as one."""
    rows = tuple(rows)
    conversions, revenue = fsum(row.conversions for row in rows), sum(row.revenue for row in rows)
    return CreditRow("", "", model, conversions, revenue)


def draw_beside(page: AttributionPage) -> Markup:
    """Return people, products and places side by side: each as a whole, then its leaders."""
    words = page.words
    levels = {Level.PERSON: "people", Level.PRODUCT: "products", Level.PLACE: "places"}
    sums = {level: sum_rows(page.keyed_rows(level), page.model) for level in levels}
    scale = Scale.of(page.value(row) for row in sums.values())
    lines = []
    for level, key in levels.items():
        value = page.value(sums[level])
        strip = draw_bar(scale, value, f"{words(key)}: {say_value(page, value)}")
        lines.append(_credit_line(page, level, Named(page.keyed_rows(level), draw_named(words(key), "", strip))))
    return draw_section(
        words("beside"),
        draw_paragraph(words("beside_note", outcome=words(page.question.outcome).lower()), "note"),
        draw_table(words("beside"), ["", *_columns(page)], lines),
        element("div", *(_draw_kind(page, level, words(key)) for level, key in levels.items()), class_="trio"),
    )


def _draw_kind(page: AttributionPage, level: Level, title: str) -> Markup:
    words, ranked = page.words, page.rank(level, BESIDE_ROWS)
    if not ranked.listed:
        return element("section", element("h3", title), draw_paragraph(words("nothing"), "note"))
    scale = Scale.of(page.value(row) for row in ranked.listed)
    lines = [Line([_draw_row(page, level, row, scale), say_value(page, page.value(row))]) for row in ranked.listed]
    if ranked.rest:
        rest = sum_rows(ranked.rest, page.model)
        lines.append(Line([words.count("n_rest", len(ranked.rest)), say_value(page, page.value(rest))], "rest"))
    return element("section", draw_table(title, [words(level), say_measure(page)], lines))
