"""An analysis as one self-contained HTML page: the question, the answer in sentences, its tables with strips."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from unicodedata import east_asian_width

from o2o.config import Language, Settings
from o2o.reports.blocks import Line, draw_named, draw_paragraph, draw_section, draw_table
from o2o.reports.charts import Scale, draw_bar, draw_interval
from o2o.reports.html import render_document
from o2o.reports.markup import Markup, element, join
from o2o.reports.sheets import Analysis, Column, Sheet, say_cell, say_figure
from o2o.reports.words import Words
from o2o.statistics.estimates import Estimate
from o2o.times import format_at

_NOTHING = ("没有数据。", "Nothing to show.")
_HOW_TO_READ = ("怎么看这些数字", "How to read these figures")
_SHORT = 16
_CHINESE = 0x2E80
_ROOM, _PADDING, _LETTER, _SMALLER = 1016, 18, 7.4, 0.88
"""How wide a page's tables may be, and what a letter takes of that, in pixels."""
_NAMED_WIDTH, _WORDS_WIDTH = 190.0, 150.0


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A column as a page draws it: its heading, its cells, the same without strips, how wide it is, and what it is."""

    heading: str
    cells: Sequence[str]
    plain: Sequence[str]
    width: float
    is_key: bool
    is_figure: bool


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
        _draw_notes([language.of(phrase) for phrase in analysis.notes], language),
        element("footer", Words(language)("made", at=f"{at} ({settings.timezone})")),
    )
    return render_document(title, body, language)


def _draw_notes(notes: Sequence[str], language: Language) -> Markup:
    if not notes:
        return Markup()
    points = element("ul", *(element("li", note) for note in notes))
    return element("section", element("h2", language.of(_HOW_TO_READ)), points, class_="notes")


def _draw_sheet(sheet: Sheet, settings: Settings) -> Markup:
    language = Language(settings.language)
    shown, title = sheet.for_people(), language.of(sheet.title)
    if not shown.rows:
        return draw_section(title, draw_paragraph(language.of(_NOTHING), "note"))
    tables = [_draw_columns(title, columns) for columns in _part(list(_make_columns(shown, settings)))]
    return draw_section(title, *tables, _say_rest(sheet, language))


def _draw_columns(title: str, columns: Sequence[_Drawn]) -> Markup:
    lines = [Line(cells) for cells in zip(*(column.cells for column in columns), strict=True)]
    words = next((place for place, column in enumerate(columns) if column.is_figure), len(columns))
    return draw_table(title, [column.heading for column in columns], lines, words)


def _part(columns: Sequence[_Drawn]) -> Iterator[Sequence[_Drawn]]:
    """Yield columns for as many tables as they need not to hide behind the edge, all with what names a row."""
    keys = [column for column in columns if column.is_key]
    rest = columns[len(keys) :]
    room = _ROOM - sum(column.width for column in keys)
    part: list[_Drawn] = []
    for column in rest:
        if part and sum(one.width for one in part) + column.width > room:
            yield [*keys, *part]
            keys = [replace(key, cells=key.plain) for key in keys]
            part = []
        part.append(column)
    yield [*keys, *part]


def _make_columns(sheet: Sheet, settings: Settings) -> Iterator[_Drawn]:
    """Yield columns with a key beneath the name of what it stands for, and changes beneath what has changed."""
    language = Language(settings.language)
    strips = list(_draw_strips(sheet, settings))
    place = 0
    while place < len(sheet.columns):
        column, following = sheet.columns[place], sheet.columns[place + 1 : place + 2]
        cells = [row[place] for row in sheet.rows]
        if following and following[0].name in ("name", f"{column.name}_name"):
            names = [say_cell(following[0], row[place + 1], settings) for row in sheet.rows]
            keys = [say_cell(column, cell, settings) for cell in cells]
            plain = list(map(draw_named, names, keys))
            drawn = plain if place else list(map(draw_named, names, keys, strips))
            heading = language.of(following[0].heading)
            yield _Drawn(heading, drawn, plain, _NAMED_WIDTH, is_key=place < sheet.keys, is_figure=False)
            place += 2
            continue
        changes = [row[place + 1] for row in sheet.rows] if following and following[0].is_change_of(column) else None
        yield _make_column(sheet, place, changes, strips, settings)
        place += 1 if changes is None else 2


def _make_column(
    sheet: Sheet, place: int, changes: Sequence[Any] | None, strips: Sequence[str], settings: Settings
) -> _Drawn:
    column, language = sheet.columns[place], Language(settings.language)
    figures = [say_figure(column, row[place], settings, language) for row in sheet.rows]
    since = [""] * len(figures) if changes is None else [_say_change(column, one, settings) for one in changes]
    plain: list[str]
    cells: list[str]
    if place == 0:
        plain = [draw_named(text) for text, _ in figures]
        cells = [draw_named(text, "", strip) for (text, _), strip in zip(figures, strips, strict=True)]
    else:
        plain = cells = [_stack(*figure, change) for figure, change in zip(figures, since, strict=True)]
    heading = language.of(column.heading)
    widest = max(
        _measure(heading) if not column.unit.is_figure else max(map(_measure, heading.split())),
        *(max(_measure(text), _SMALLER * max(_measure(under), _measure(change)))
          for (text, under), change in zip(figures, since, strict=True)),
    )  # fmt: skip
    width = _PADDING + (widest if column.unit.is_figure else min(widest, _WORDS_WIDTH))
    return _Drawn(
        _keep_whole(heading),
        cells,
        plain,
        max(width, _NAMED_WIDTH) if place == 0 else width,
        place < sheet.keys,
        column.unit.is_figure,
    )


def _say_change(column: Column, change: Any, settings: Settings) -> str:
    language = Language(settings.language)
    value, interval = say_figure(column.change(), change, settings, language)
    return language.of((f"比上期 {value}", f"{value} since")) + (f" ({interval})" if interval else "") if value else ""


def _stack(value: str, interval: str, change: str) -> str:
    """Return a figure with its interval and its change small beneath it, so that columns stay narrow."""
    if not interval and not change:
        return _keep_whole(value)
    small = (element("span", text, class_="range-of") for text in (interval, change) if text)
    return join(_keep_whole(value), *small)


def _measure(text: str) -> float:
    return _LETTER * sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


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
