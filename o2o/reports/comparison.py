"""How far the credit of the leading keys depends on the model."""

from collections.abc import Mapping

from o2o.attribution.models import Model
from o2o.attribution.report import CreditRow
from o2o.reports.blocks import Line, draw_named, draw_paragraph, draw_section, draw_table
from o2o.reports.charts import Mark, Scale, Shape, draw_dumbbell, draw_key
from o2o.reports.markup import Markup, element, join
from o2o.reports.page import AttributionPage
from o2o.reports.phrases import say_details, say_means, say_measure, say_model, say_name, say_value

COMPARED_ROWS = 12

_SHAPES = {Model.FIRST: Shape.FIRST, Model.LAST: Shape.LAST}
_NEAREST, _FURTHEST = 0.01, 1.0  # the ends of the scale lie between 1 % and 100 % from its middle


def draw_comparison(page: AttributionPage) -> Markup:
    """Return the leading keys under all models: how far each lies from the leading model, and its number."""
    words = page.words
    compared = _compare_models(page)
    differences = [_differences(page, values).values() for _, values in compared]
    end = min(_FURTHEST, max([_NEAREST, *(abs(one) for each in differences for one in each)]))
    lines = [_comparison_line(page, row, values, Scale(-end, end)) for row, values in compared]
    header = [words(page.question.by), *(join(words(m.name), " ", element("small", f"({m})")) for m in page.models)]
    leading, measure = say_model(words, page.model), say_measure(page).lower()
    note = words("comparison_note", measure=measure, model=leading, furthest=f"{end:.0%}")
    return draw_section(
        words("comparison"),
        draw_paragraph(note, "note"),
        _draw_legend(page),
        draw_table(words("comparison"), header, lines),
    )


def _compare_models(page: AttributionPage) -> list[tuple[CreditRow, dict[Model, float]]]:
    ranked = page.rank(page.question.by, COMPARED_ROWS)
    values = {model: {row.key: page.value(row) for row in page.report.rows_of(model)} for model in page.models}
    return [(row, {m: values[m].get(row.key, 0) for m in page.models}) for row in ranked.leaders or ranked.thin]


def _differences(page: AttributionPage, by_model: Mapping[Model, float]) -> dict[Model, float]:
    leading = by_model[page.model]
    return {model: value / leading - 1 if leading else 0.0 for model, value in by_model.items()}


def _comparison_line(page: AttributionPage, row: CreditRow, by_model: Mapping[Model, float], scale: Scale) -> Line:
    level, name = page.question.by, say_name(row)
    differences = _differences(page, by_model)
    marks = [Mark(difference, _shape(page, model)) for model, difference in differences.items()]
    strip = draw_dumbbell(scale, marks, f"{name}: {min(differences.values()):+.1%} … {max(differences.values()):+.1%}")
    numbers = (say_value(page, value, model) for model, value in by_model.items())
    return Line([draw_named(name, say_details(page, level, row), strip), *numbers])


def _shape(page: AttributionPage, model: Model) -> Shape:
    return Shape.CHOSEN if model == page.model else _SHAPES.get(model, Shape.OTHER)


def _draw_legend(page: AttributionPage) -> Markup:
    words = page.words
    entries = (
        element("li", draw_key(_shape(page, model)), words("model_means", name=words(model.name), term=model,
                                                            means=say_means(words, model, page.report.orders)))
        for model in page.models
    )  # fmt: skip
    return element("ul", *entries, class_="legend")
