"""What analyses have in common: a question, sheets of typed columns, remarks; shown as table, CSV, JSON or page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import zip_longest
from math import isfinite, isnan
from typing import Any
from zoneinfo import ZoneInfo

from o2o.config import Language, Settings
from o2o.errors import NotFoundError
from o2o.reports.markup import Markup
from o2o.reports.phrases import say_number
from o2o.reports.tables import Table
from o2o.statistics.estimates import Estimate
from o2o.statistics.intervals import mover
from o2o.times import DAY, HOUR, MINUTE, SECOND, format_at, local_day

Phrase = tuple[str, str]
"""The same in Chinese and in English."""


class Unit(StrEnum):
    """What the cells of a column are: dates, instants and durations in milliseconds, money in minor units …

    A share is of a whole and told in percent; what may exceed one, as orders of a scan, is told of a hundred.
    """

    TEXT = "text"
    DAY = "day"
    INSTANT = "instant"
    COUNT = "count"
    NUMBER = "number"
    SHARE = "share"
    PER_HUNDRED = "per hundred"
    MONEY = "money"
    DURATION = "duration"

    @property
    def is_figure(self) -> bool:
        """Whether cells of this unit can be compared with those of an earlier period."""
        return self not in (Unit.TEXT, Unit.DAY, Unit.INSTANT)


@dataclass(frozen=True, slots=True)
class Word:
    """A cell of text that people read in their language, and programs by its name."""

    name: str
    said: Phrase


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name for programs, its heading for people, its unit.

    Where ``is_doubted`` each cell is an Estimate of one figure (or None), and programs get three columns: the name, and
    the name with ``_low`` and ``_high``. Changes since an earlier period are told with their sign; the figures of
    that period themselves (``is_earlier``) are for programs alone.
    """

    name: str
    heading: Phrase
    unit: Unit = Unit.TEXT
    is_doubted: bool = False
    is_change: bool = False
    is_earlier: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """What programs call it."""
        return (self.name, f"{self.name}_low", f"{self.name}_high") if self.is_doubted else (self.name,)

    def change(self) -> "Column":
        """Return the column of how it has changed since an earlier period."""
        chinese, english = self.heading
        heading = f"{chinese}比上期", f"{english} change"
        return replace(self, name=f"{self.name}_change", heading=heading, is_change=True)

    def is_change_of(self, column: "Column") -> bool:
        """Whether it tells how another column has changed."""
        return column.unit.is_figure and self == column.change()


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of typed cells; the first ``keys`` columns name a row, ``bar`` is the column that pages draw as a strip.

    People see the first ``shown`` rows (none: the sheet is for programs), programs all.
    """

    name: str
    title: Phrase
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Any]]
    keys: int = 1
    bar: str = ""
    shown: int = 50

    @property
    def named(self) -> int:
        """How many columns tell a row from others, with its name."""
        following = self.columns[self.keys : self.keys + 1]
        return self.keys + (bool(following) and following[0].name == "name")

    def for_people(self) -> "Sheet":
        """Return the sheet with the rows and columns that people are shown: none of which nothing is known."""
        rows = self.rows[: self.shown]
        kept = [
            place
            for place, column in enumerate(self.columns)
            if not column.is_earlier and (place == 0 or not rows or any(row[place] not in (None, "") for row in rows))
        ]
        rows = [[row[place] for place in kept] for row in rows]
        keys = sum(place < self.keys for place in kept)
        return replace(self, columns=tuple(self.columns[place] for place in kept), rows=rows, keys=keys)


@dataclass(frozen=True, slots=True)
class Analysis:
    """An answer: the question, what was learned in sentences, sheets, what to keep in mind, further drawings for pages.

    ``said`` are one or a few sentences for the impatient; ``remarks`` warn of figures, ``notes`` explain them.
    The first sheet is what CSV and Parquet get unless another is asked for by its name.
    """

    name: str
    question: Phrase
    sheets: tuple[Sheet, ...]
    said: tuple[Phrase, ...] = ()
    remarks: tuple[Phrase, ...] = ()
    notes: tuple[Phrase, ...] = ()
    drawings: tuple[tuple[Phrase, Markup], ...] = ()

    def sheet(self, name: str) -> Sheet | None:
        """Return the sheet of a name, the first for an empty name."""
        return next((sheet for sheet in self.sheets if name in ("", sheet.name)), None)


def say_compared(analysis: Analysis, since: int, until: int, zone: ZoneInfo) -> Analysis:
    """Return an analysis that says of which earlier period (``since <= at < until``) its changes are."""
    first, last = local_day(since, zone).isoformat(), local_day(until - 1, zone).isoformat()
    said: Phrase = (
        f"变化是与前一段同样长的时间（{first} 至 {last}）相比。",
        f"Changes are since the period of the same length before: {first} to {last}.",
    )
    return replace(analysis, notes=(said, *analysis.notes))


def choose_rows(sheet: Sheet, wanted: Mapping[str, str], zone: ZoneInfo) -> Sheet:
    """Return a sheet with the rows whose columns, as programs know them, hold these values."""
    table = tabulate_sheet(sheet, zone)
    if unknown := [name for name in wanted if name not in table.header]:
        raise NotFoundError("column", unknown[0], f"the columns of {sheet.name} are {', '.join(table.header)}")
    places = [(table.header.index(name), value) for name, value in wanted.items()]
    rows = [
        row
        for row, plain in zip(sheet.rows, table.rows, strict=True)
        if all(f"{plain[place]}" == value for place, value in places)
    ]
    return replace(sheet, rows=rows)


def tabulate_sheet(sheet: Sheet, zone: ZoneInfo) -> Table:
    """Return a sheet for programs: numbers as they are, money in minor units, days and instants as ISO 8601."""
    header = tuple(name for column in sheet.columns for name in column.names)
    rows = [
        tuple(value for column, cell in zip(sheet.columns, row, strict=True) for value in _plain(column, cell, zone))
        for row in sheet.rows
    ]
    return Table(header, rows)


def present_sheet(sheet: Sheet, settings: Settings, language: Language = Language.EN) -> Table:
    """Return the first rows of a sheet for people: rounded, with units, the interval of a figure behind it."""
    shown = sheet.for_people()
    header = tuple(language.of(column.heading) for column in shown.columns)
    rows = [
        tuple(say_cell(column, cell, settings, language) for column, cell in zip(shown.columns, row, strict=True))
        for row in shown.rows
    ]
    figures = tuple(head for head, column in zip(header, shown.columns, strict=True) if column.unit.is_figure)
    return Table(header, rows, figures, shown.named)


def make_analysis_data(analysis: Analysis, settings: Settings) -> dict[str, Any]:
    """Return an analysis for JSON: its question, what it says, warns of and explains in English, each sheet by name."""
    english = Language.EN.of
    data: dict[str, Any] = {
        "question": english(analysis.question),
        "said": [english(phrase) for phrase in analysis.said],
        "remarks": [english(phrase) for phrase in analysis.remarks],
        "notes": [english(phrase) for phrase in analysis.notes],
        "currency": settings.currency,
    }
    for sheet in analysis.sheets:
        table = tabulate_sheet(sheet, settings.zone)
        data[sheet.name] = [dict(zip(table.header, row, strict=True)) for row in table.rows]
    return data


def compare_analyses(analysis: Analysis, before: Analysis) -> Analysis:
    """Return an analysis with each figure's value in an earlier period and the change since.

    The change of figures that have intervals has one too (MOVER: Zou & Donner 2008, "Construction of confidence limits
    about effect measures"), as of two independent samples.
    """
    sheets = tuple(
        _compare_sheets(sheet, earlier) if (earlier := before.sheet(sheet.name)) else sheet for sheet in analysis.sheets
    )
    return replace(analysis, sheets=sheets)


def say_cell(column: Column, cell: Any, settings: Settings, language: Language | None = None) -> str:
    """Return a cell for people, in the language of the settings or in another; nothing where there is none."""
    language = language or Language(settings.language)
    value, interval = say_figure(column, cell, settings, language)
    return language.of((f"{value}（{interval}）", f"{value} ({interval})")) if interval else value


def say_figure(column: Column, cell: Any, settings: Settings, language: Language) -> tuple[str, str]:
    """Return a cell for people, and the interval of one that has it: ``4.0%`` and ``3.4% to 4.8%``."""
    if cell is None:
        return "", ""
    if isinstance(cell, Estimate):
        value, low, high = (
            "" if isnan(end) else _say(column, float(end), settings, language)
            for end in (cell.value, cell.low, cell.high)
        )
        return value, language.of((f"{low} 至 {high}", f"{low} to {high}")) if low else ""
    return language.of(cell.said) if isinstance(cell, Word) else _say(column, cell, settings, language), ""


_DURATIONS: tuple[tuple[Phrase, int], ...] = (
    (("天", "d"), DAY), (("小时", "h"), HOUR), (("分钟", "min"), MINUTE), (("秒", "s"), SECOND),
)  # fmt: skip


def say_duration(duration: float, language: Language = Language.EN) -> str:
    """Return a duration of milliseconds in the largest unit that it fills: ``30 d``, ``1.5 小时``."""
    name, size = next((unit for unit in _DURATIONS if abs(duration) >= unit[1]), _DURATIONS[-1])
    return f"{say_number(duration / size, 1).removesuffix('.0')} {language.of(name)}"


def _say(column: Column, cell: Any, settings: Settings, language: Language) -> str:
    text = say_duration(cell, language) if column.unit is Unit.DURATION else _say_unit(column.unit, cell, settings)
    if not column.is_change:
        return text
    points = text.replace("%", " pt") if column.unit is Unit.SHARE else text
    return points if points.startswith("-") else f"+{points}"


_ROUNDED = {Unit.COUNT: (1, 0), Unit.NUMBER: (1, 2), Unit.PER_HUNDRED: (100, 1)}


def _say_unit(unit: Unit, cell: Any, settings: Settings) -> str:
    match unit:
        case Unit.COUNT | Unit.NUMBER | Unit.PER_HUNDRED:
            factor, decimals = _ROUNDED[unit]
            return say_number(factor * cell, decimals)
        case Unit.SHARE:
            return f"{round(cell, 3) + 0.0:.1%}"  # adding 0.0 takes the minus from a zero
        case Unit.MONEY:
            return settings.money.format(round(cell))
        case Unit.INSTANT:
            return format_at(cell, settings.zone)[:16].replace("T", " ").removesuffix(" 00:00")
    return f"{cell}"


def _plain(column: Column, cell: Any, zone: ZoneInfo) -> Iterator[Any]:
    if column.is_doubted:
        ends = (None,) * 3 if cell is None else (float(cell.value), float(cell.low), float(cell.high))
        yield from (end if end is not None and isfinite(end) else None for end in ends)
    elif isinstance(cell, Word):
        yield cell.name
    elif cell is not None and column.unit is Unit.INSTANT:
        yield format_at(cell, zone)
    elif isinstance(cell, float) and not isfinite(cell):
        yield None  # what can't be told is null, never NaN, which JSON doesn't know
    else:
        yield cell.isoformat() if isinstance(cell, date) else cell


def _compare_sheets(sheet: Sheet, before: Sheet) -> Sheet:
    found = {tuple(row[: sheet.keys]): row for row in before.rows}
    rows = [tuple(_compare_rows(sheet, row, found.get(tuple(row[: sheet.keys]), ()))) for row in sheet.rows]
    return replace(sheet, columns=tuple(_compared_columns(sheet)), rows=rows)


def _compared_columns(sheet: Sheet) -> Iterator[Column]:
    for place, column in enumerate(sheet.columns):
        yield column
        if place >= sheet.keys and column.unit.is_figure:
            yield replace(column, name=f"{column.name}_previous", is_earlier=True)
            yield column.change()


def _compare_rows(sheet: Sheet, row: Sequence[Any], before: Sequence[Any]) -> Iterator[Any]:
    for place, (column, cell, earlier) in enumerate(zip_longest(sheet.columns, row, before)):
        yield cell
        if place >= sheet.keys and column.unit.is_figure:
            yield earlier
            yield _find_change(cell, earlier)


def _find_change(cell: Any, earlier: Any) -> Any:
    if cell is None or earlier is None:
        return None
    if isinstance(cell, Estimate):
        return mover(cell, earlier)
    return cell - earlier
