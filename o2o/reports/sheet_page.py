"""An analysis as one self-contained HTML page: the question, the answer in sentences, its tables with strips."""

from collections.abc import Iterator
from itertools import takewhile
from typing import Any

from o2o.config import Language, Settings
from o2o.reports.blocks import Line, draw_named, draw_paragraph, draw_section, draw_table
from o2o.reports.charts import Scale, draw_bar, draw_interval
from o2o.reports.html import render_document
from o2o.reports.markup import Markup, element
from o2o.reports.sheets import Analysis, Sheet, say_cell
from o2o.reports.words import Words
from o2o.statistics.estimates import Estimate
from o2o.times import format_at

_NOTHING = ("没有数据。", "Nothing to show.")
_SHORT = 16
_CHINESE = 0x2E80


def render_analysis(analysis: Analysis, settings: Settings, now: int) -> str:
    """Return the HTML document of an analysis, in the language of the settings."""
    language = Language(settings.language)
    title = language.of(analysis.question)
    at = format_at(now, settings.zone)[:16].replace("T", " ")
    body = element(
        "main",
        element("header", element("h1", title)),
        *(draw_paragraph(language.of(phrase), "lead") for phrase in analysis.said),
        *(draw_paragraph(language.of(phrase), "warn") for phrase in analysis.remarks),
        *(draw_section(language.of(heading), drawing) for heading, drawing in analysis.drawings),
        *(_draw_sheet(sheet, settings) for sheet in analysis.sheets if sheet.shown),
        element("footer", Words(language)("made", at=f"{at} ({settings.timezone})")),
    )
    return render_document(title, body, language)


def _draw_sheet(sheet: Sheet, settings: Settings) -> Markup:
    language = Language(settings.language)
    shown, title = sheet.for_people(), language.of(sheet.title)
    if not shown.rows:
        return draw_section(title, draw_paragraph(language.of(_NOTHING), "note"))
    header = [_keep_whole(language.of(column.heading)) for column in shown.columns]
    texts = [[say_cell(column, cell, settings) for column, cell in zip(shown.columns, row, strict=True)]
             for row in shown.rows]  # fmt: skip
    named = 2 if len(header) > 1 and shown.columns[1].name == "name" else 1
    lines = [
        Line((draw_named(cells[named - 1], cells[0] if named == 2 else "", strip), *map(_keep_whole, cells[named:])))
        for cells, strip in zip(texts, _draw_strips(shown, settings), strict=True)
    ]
    words = len(list(takewhile(lambda column: not column.unit.is_figure, shown.columns[named - 1 :])))
    return draw_section(title, draw_table(title, header[named - 1 :], lines, words), _say_rest(sheet, language))


def _keep_whole(text: str) -> str:
    """Return a short text so that a narrow column doesn't break it, as it would Chinese between any two characters."""
    is_chinese = any(ord(letter) > _CHINESE for letter in text)
    is_whole = is_chinese or text[:4].isdigit() or "-" in text
    return element("span", text, class_="short") if is_whole and len(text) <= _SHORT else text


def _draw_strips(sheet: Sheet, settings: Settings) -> Iterator[str]:
    """Yield the strip of each row; nothing where the sheet has no column to draw."""
    place = next((place for place, column in enumerate(sheet.columns) if column.name == sheet.bar), None)
    if place is None:
        yield from ("" for _ in sheet.rows)
        return
    column = sheet.columns[place]
    cells = [row[place] for row in sheet.rows]
    scale = Scale.of(end for cell in cells for end in _ends(cell))
    for cell in cells:
        label = say_cell(column, cell, settings)
        if isinstance(cell, Estimate):
            yield draw_interval(scale, float(cell.value), (float(cell.low), float(cell.high)), label)
        else:
            yield draw_bar(scale, float(cell or 0), label)


def _ends(cell: Any) -> tuple[float, ...]:
    if isinstance(cell, Estimate):
        return float(cell.value), float(cell.low), float(cell.high)
    return () if cell is None else (float(cell),)


def _say_rest(sheet: Sheet, language: Language) -> Markup:
    rest = len(sheet.rows) - sheet.shown
    said = language.of((f"另有 {rest:,} 行，见 CSV 或 JSON。", f"{rest:,} more rows are in CSV and JSON."))
    return draw_paragraph(said if rest > 0 else "", "note")
