"""Who earned how much: the level that was asked for, all models, people beside products beside places."""

from collections.abc import Iterable

from o2o.attribution.question import Level, Model
from o2o.attribution.report import CreditRow
from o2o.reports.blocks import Line, draw_named, draw_paragraph, draw_section, draw_table
from o2o.reports.charts import Mark, Scale, Shape, draw_bar, draw_dumbbell, draw_key
from o2o.reports.markup import Markup, element, join
from o2o.reports.page import AttributionPage
from o2o.reports.phrases import say_credit, say_details, say_model, say_name, say_share, say_value
from o2o.reports.ranking import RankedRows, rank_rows
from o2o.reports.touchpoints import THIN_VISITORS

RANKED_ROWS = 20
COMPARED_ROWS = 12
BESIDE_ROWS = 8

_SHAPES = {Model.FIRST: Shape.FIRST, Model.LAST: Shape.LAST}


# who earned how much


def draw_ranking(page: AttributionPage) -> Markup:
    """Return bars and numbers of the level that was asked for, by the leading model."""
    words, level = page.words, page.question.by
    note = words(
        "ranking_note", model=say_model(words, page.model), measure=_measure(page).lower(), minimum=THIN_VISITORS
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


def _measure(page: AttributionPage) -> str:
    return page.words("revenue" if page.about_orders else "conversions_visits")


def _draw_credit_table(page: AttributionPage, level: Level, limit: int, caption: str) -> Markup:
    words, ranked = page.words, rank_rows(page.rows(level), page.value, limit)
    lines = [*_key_lines(page, level, ranked), *_sum_lines(page, ranked)]
    return draw_table(caption, [words(level), *_columns(page)], lines)


def _columns(page: AttributionPage) -> list[str]:
    keys = ("revenue", "share", "conversions_orders") if page.about_orders else ("conversions_visits", "share")
    return [page.words(key) for key in (*keys, "touches")]


def _key_lines(page: AttributionPage, level: Level, ranked: RankedRows) -> list[Line]:
    scale = Scale.of(page.value(row) for row in ranked.listed)
    lines = [_credit_line(page, row, _bar(page, level, row, scale)) for row in ranked.leaders]
    if ranked.thin:
        lines.append(Line([page.words("n_thin_rows", n=THIN_VISITORS)], "rest"))
    return lines + [_credit_line(page, row, _bar(page, level, row, scale)) for row in ranked.thin]


def _bar(page: AttributionPage, level: Level, row: CreditRow, scale: Scale) -> Markup:
    name, value = say_name(page, level, row), page.value(row)
    tone = "pale" if row.touches < THIN_VISITORS else "plus"
    strip = draw_bar(scale, value, f"{name}: {say_value(page, value)}", tone)
    return draw_named(name, say_details(page, level, row), strip)


def _sum_lines(page: AttributionPage, ranked: RankedRows) -> list[Line]:
    words, rest = page.words, sum_rows(ranked.rest, page.model)
    named = [
        (words.count("n_rest", len(ranked.rest)), rest if ranked.rest else None),
        (words("other"), ranked.other),
        (words("unattributed"), ranked.unattributed),
    ]
    lines = [_credit_line(page, row, name, "rest") for name, row in named if row]
    totals = page.totals
    whole = CreditRow("", "", page.model, totals.conversions, totals.revenue)
    return [*lines, _credit_line(page, whole, words("total"), "total")]


def sum_rows(rows: Iterable[CreditRow], model: Model) -> CreditRow:
    """Return rows of one model as one."""
    rows = tuple(rows)
    return CreditRow(
        key="",
        name="",
        model=model,
        conversions=sum(row.conversions for row in rows),
        revenue=sum(row.revenue for row in rows),
        touches=sum(row.touches for row in rows),
    )


def _credit_line(page: AttributionPage, row: CreditRow, name: str, tone: str | None = None) -> Line:
    whole, _, _ = page.sides(page.totals)
    conversions = [say_credit(row.conversions, row.model)] if page.about_orders else []
    touches = f"{row.touches:,}" if row.touches else ""
    value = page.value(row)
    return Line([name, say_value(page, value, row.model), say_share(value, whole), *conversions, touches], tone)


# all models


def draw_comparison(page: AttributionPage) -> Markup:
    """Return the leading keys under all models, as a line from the least to the most and in numbers."""
    words, level = page.words, page.question.by
    ranked = rank_rows(page.rows(level), page.value, COMPARED_ROWS)
    values = {model: {row.key: page.value(row) for row in page.report.rows_of(model)} for model in Model}
    scale = Scale.of(values[model].get(row.key, 0) for row in ranked.listed for model in Model)
    header = [words(level), *(join(words(model), " ", element("small", f"({model})")) for model in Model)]
    lines = [_comparison_line(page, row, values, scale) for row in ranked.listed]
    return draw_section(
        words("comparison"),
        draw_paragraph(words("comparison_note", measure=_measure(page).lower()), "note"),
        _draw_legend(page),
        draw_table(words("comparison"), header, lines),
    )


def _comparison_line(
    page: AttributionPage, row: CreditRow, values: dict[Model, dict[str, float]], scale: Scale
) -> Line:
    level, name = page.question.by, say_name(page, page.question.by, row)
    by_model = {model: values[model].get(row.key, 0) for model in Model}
    marks = [Mark(value, _shape(page, model)) for model, value in by_model.items()]
    label = f"{name}: {say_value(page, min(by_model.values()))} – {say_value(page, max(by_model.values()))}"
    strip = draw_dumbbell(scale, marks, label)
    return Line(
        [draw_named(name, say_details(page, level, row), strip), *(say_value(page, v, m) for m, v in by_model.items())]
    )


def _shape(page: AttributionPage, model: Model) -> Shape:
    return Shape.CHOSEN if model is page.model else _SHAPES.get(model, Shape.OTHER)


def _draw_legend(page: AttributionPage) -> Markup:
    words = page.words
    entries = (
        element("li", draw_key(_shape(page, model)), words("model_means", name=words(model), term=model,
                                                            means=words(f"{model}_means")))
        for model in Model
    )  # fmt: skip
    return element("ul", *entries, class_="legend")


# people, products and places


def draw_beside(page: AttributionPage) -> Markup:
    """Return people, products and places side by side: each as a whole, then its leaders."""
    words = page.words
    levels = {Level.PERSON: "people", Level.PRODUCT: "products", Level.PLACE: "places"}
    sums = {level: sum_rows(page.keyed_rows(level), page.model) for level in levels}
    scale = Scale.of(page.value(row) for row in sums.values())
    lines = []
    for level, key in levels.items():
        strip = draw_bar(scale, page.value(sums[level]), f"{words(key)}: {say_value(page, page.value(sums[level]))}")
        lines.append(_credit_line(page, sums[level], draw_named(words(key), "", strip)))
    return draw_section(
        words("beside"),
        draw_paragraph(words("beside_note", outcome=words(page.question.outcome).lower()), "note"),
        draw_table(words("beside"), ["", *_columns(page)], lines),
        element("div", *(_draw_kind(page, level, words(key)) for level, key in levels.items()), class_="trio"),
    )


def _draw_kind(page: AttributionPage, level: Level, title: str) -> Markup:
    words, ranked = page.words, rank_rows(page.rows(level), page.value, BESIDE_ROWS)
    if not ranked.listed:
        return element("section", element("h3", title), draw_paragraph(words("nothing"), "note"))
    scale = Scale.of(page.value(row) for row in ranked.listed)
    lines = [Line([_bar(page, level, row, scale), say_value(page, page.value(row))]) for row in ranked.listed]
    if ranked.rest:
        rest = sum_rows(ranked.rest, page.model)
        lines.append(Line([words.count("n_rest", len(ranked.rest)), say_value(page, page.value(rest))], "rest"))
    return element("section", draw_table(title, [words(level), _measure(page)], lines))
