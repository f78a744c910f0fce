"""Retention for people: who comes back, beside what the trade takes as usual, by cohort, by sign and as a triangle."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import Any

from o2o.analytics.retention import (
    AGES,
    Active,
    Cell,
    Cohort,
    Entry,
    Retention,
    RetentionTerms,
    Returned,
    measure_retention,
    number_day,
)
from o2o.attribution.journeys import OTHER
from o2o.config import Language, Settings
from o2o.db import Database
from o2o.errors import SettingError
from o2o.reports.blocks import draw_paragraph
from o2o.reports.charts import Shade, draw_heat
from o2o.reports.key_names import say_name
from o2o.reports.markup import Markup, join
from o2o.reports.sheets import Analysis, Column, Phrase, Sheet, Unit, Word
from o2o.reports.words import WORDS
from o2o.statistics.estimates import Estimate
from o2o.statistics.intervals import wilson
from o2o.statistics.ratios import Sums, ratio_by_delta

QUESTION = "扫过码的人会再来吗？隔多久？", "Do those who scan come back, and after how long?"
ENTRY_NAMES: dict[Entry, Phrase] = {Entry.NEW: ("新客", "new"), Entry.REGULAR: ("熟客", "regular")}
_REFERENCE = re.compile(r"(new|regular)\.(\d{1,4})=(\d+(?:\.\d+)?)(?:-(\d+(?:\.\d+)?))?%", re.ASCII)
_ENOUGH_BEFORE = timedelta(days=30)
_MOST_COHORTS = 26
_MANY = 0.01
_COHORT_NAMES = {
    Cohort.DAY: ("首日", "first day"), Cohort.WEEK: ("首周（周一）", "first week (Monday)"),
    Cohort.MONTH: ("首月", "first month"),
}  # fmt: skip
_NARROW_AGES = {Cohort.DAY: (1, 3, 7, 14, 30), Cohort.WEEK: (1, 2, 4, 8, 12), Cohort.MONTH: (1, 2, 3, 6, 12)}
"""The columns of the triangle for which a phone has room."""
_ON_PHONES = (
    "窄屏上只显示几列；横过手机或在电脑上看全部。",
    "A narrow screen shows some columns only; turn the phone or use a computer to see all.",
)
_AGE_NAMES = {
    Cohort.DAY: ("天后", "days later"),
    Cohort.WEEK: ("周后", "weeks later"),
    Cohort.MONTH: ("月后", "months later"),
}
_ACTIVE_NAMES = {
    Active.SCAN: ("扫码", "scan"),
    Active.ORDER: ("下单", "order"),
    Active.ANY: ("扫码或下单", "scan or order"),
}
_WHO = Column("who", ("新客或熟客", "who"))
_BELOW = Word("below", ("低于参考", "below"))
_ABOVE = Word("above", ("高于参考", "above"))
_LIKE = Word("no difference", ("分不出高低", "can't be told apart"))


@dataclass(frozen=True, slots=True)
class Reference:
    """What share is usual in the trade, from one to another."""

    low: float
    high: float

    def compare(self, rate: Estimate) -> Word:
        """Return whether a rate is below or above what is usual, for all that is known."""
        if float(rate.high) < self.low:
            return _BELOW
        return _ABOVE if float(rate.low) > self.high else _LIKE


References = Mapping[tuple[Entry, int], Reference]
REFERENCES: References = {
    (Entry.NEW, 1): Reference(0.2, 0.2), (Entry.NEW, 7): Reference(0.03, 0.03),
    (Entry.REGULAR, 1): Reference(0.3, 0.3), (Entry.REGULAR, 7): Reference(0.1, 0.15),
}  # fmt: skip
"""What the trade says of shops that people come to every day."""


def parse_references(texts: Iterable[str]) -> dict[tuple[Entry, int], Reference]:
    """Return the usual shares of the trade with those of ``new.1=20%`` or ``regular.7=10-15%`` in their place.

    Raises SettingError for a bad one.
    """
    found = dict(REFERENCES)
    for text in texts:
        match = _REFERENCE.fullmatch(text.strip())
        low, high = (float(match[3]) / 100, float(match[4] or match[3]) / 100) if match else (1.0, 0.0)
        if match is None or not low <= high <= 1:
            raise SettingError("reference", text, "not a share", "write new.1=20% or regular.7=10-15%")
        found[Entry[match[1].upper()], int(match[2])] = Reference(low, high)
    return found


def analyse_retention(
    db: Database, settings: Settings, terms: RetentionTerms, references: References = REFERENCES
) -> Analysis:
    """Return who came back after so many days, beside what is usual in the trade."""
    found = measure_retention(db, settings, terms)
    if found is None:
        nobody = "这段时间没有可识别的人扫码。", "Nobody who could be told apart scanned in this time."
        return Analysis("retention", QUESTION, (Sheet("retention", ("留存", "Retention"), _columns(), []),), (nobody,))
    sheets = (_list_totals(found, references), _list_cohorts(found), _list_keys(found), _list_ages(found),
              _list_triangle(found))  # fmt: skip
    said = tuple(_say_who(found, references, entry) for entry in Entry)
    triangle = ("留存三角：新客", "Triangle of new people"), _draw_triangle(found, Language(settings.language))
    drawings = (triangle,) if sheets[-1].rows else ()
    return Analysis("retention", QUESTION, sheets, said, tuple(_warn(found)), tuple(_note(found)), drawings)


def _columns() -> tuple[Column, ...]:
    return (
        _WHO,
        Column("days", ("天数", "days later"), Unit.COUNT),
        Column("people", ("人数", "people"), Unit.COUNT),
        Column("returned", ("回来", "came back"), Unit.COUNT),
        Column("rate", ("留存率", "share"), Unit.SHARE, is_doubted=True),
        Column("reference", ("参考值", "usual in the trade")),
        Column("compared", ("与参考相比", "beside it")),
        Column("young", ("太新未计", "too young, left out"), Unit.COUNT),
    )


def _list_totals(found: Retention, references: References) -> Sheet:
    rows = [_total_row(found, references, entry, days) for entry in Entry for days in found.terms.days]
    return Sheet("retention", ("留存", "Retention"), _columns(), rows, 2, "rate")


def _total_row(found: Retention, references: References, entry: Entry, days: int) -> tuple[Any, ...]:
    total, usual = found.total(entry, days), references.get((entry, days))
    rate = _rate(total)
    compared = usual.compare(rate) if usual and rate else None
    said = _say_reference(usual) if usual else ""
    return _word(entry), days, total.people, total.returned, rate, said, compared, found.young(entry, days)


def _list_cohorts(found: Retention) -> Sheet:
    """Return the share of each cohort; a cohort that is too young for a day has none and says so."""
    days = found.terms.days
    columns = (
        Column("cohort", _COHORT_NAMES[found.terms.cohort], Unit.DAY), _WHO,
        Column("people", ("人数", "people"), Unit.COUNT),
        *(Column(f"rate_{age}", (f"第 {age} 天", f"day {age}"), Unit.SHARE, is_doubted=True) for age in days),
        Column("young", ("太新", "too young for")),
    )  # fmt: skip
    rows = [
        _cohort_row(found, cohort, entry) for entry, cohort in sorted({key[:2] for key in found.cohorts}, reverse=True)
    ]
    rows.sort(key=lambda row: (row[0], row[1].name), reverse=True)
    return Sheet("cohorts", ("各批次", "Cohorts"), columns, rows, 2)


def _cohort_row(found: Retention, cohort: int, entry: Entry) -> tuple[Any, ...]:
    days = found.terms.days
    rates = [_rate(found.cohorts[entry, cohort, age]) if found.is_old(cohort, age) else None for age in days]
    young = ", ".join(f"{age}" for age in days if not found.is_old(cohort, age))
    people = found.cohorts[entry, cohort, days[0]].people
    return found.terms.cohort.first_day(cohort), _word(entry), people, *rates, young


def _list_keys(found: Retention) -> Sheet:
    days = found.terms.days
    columns = [Column("key", ("编号", "key")), Column("name", ("名称", "name"))]
    for entry, (chinese, english) in ENTRY_NAMES.items():
        name = entry.name.lower()
        columns.append(Column(f"{name}_people", (f"{chinese}人数", f"{english} people"), Unit.COUNT))
        columns += [
            Column(f"{name}_{age}", (f"{chinese}第 {age} 天", f"{english}, day {age}"), Unit.SHARE, is_doubted=True)
            for age in days
        ]
    rows = [
        (key, say_name(found.terms.by, key, found.names), *_key_cells(found, key))
        for key in {key for key, _, _ in found.keys}
    ]
    rows.sort(key=lambda row: (row[0] == OTHER, -row[2], row[0]))
    title = f"按当天先扫的{WORDS[found.terms.by][0]}", f"By what they scanned first that day ({found.terms.by})"
    return Sheet("keys", title, tuple(columns), rows, 2, f"new_{days[0]}")


def _key_cells(found: Retention, key: str) -> Iterator[Any]:
    for entry in Entry:
        cells = [found.keys.get((key, entry, age), Returned()) for age in found.terms.days]
        yield cells[0].people
        yield from map(_rate, cells)


def _list_ages(found: Retention) -> Sheet:
    """Return the triangle summed up by age: of each age the cohorts that are old enough for it."""
    age = Column("age", _AGE_NAMES[found.terms.cohort], Unit.COUNT)
    rows = []
    cells = sorted(_fill_in(found), key=lambda cell: cell.age)
    first = {cell.cohort: cell for cell in cells if cell.age == 0}
    for number, group in groupby(cells, key=lambda cell: cell.age):
        ones = list(group)
        people = sum(_size(found, one.cohort) for one in ones)
        returned = sum(one.people for one in ones)
        paid = [one for one in ones if _is_paid(found, one)]
        revenue = Sums.of([one.revenue for one in paid], [first[one.cohort].revenue for one in paid])
        kept = ratio_by_delta(revenue) if len(paid) > 1 and revenue.y[0] > 0 else None
        rows.append((number, people, returned, _rate(Returned(people, returned)), kept and _only(kept)))
    columns = (
        age, Column("people", ("人数", "people"), Unit.COUNT), Column("returned", ("回来", "came back"), Unit.COUNT),
        Column("rate", ("留存率", "share"), Unit.SHARE, is_doubted=True),
        Column("revenue_kept", ("销售额对首期之比", "revenue, of that at first"), Unit.SHARE, is_doubted=True),
    )  # fmt: skip
    return Sheet("ages", ("新客随时间", "New people as time goes by"), columns, rows, 1, "rate")


def _list_triangle(found: Retention) -> Sheet:
    columns = (
        Column("cohort", _COHORT_NAMES[found.terms.cohort], Unit.DAY),
        Column("age", _AGE_NAMES[found.terms.cohort], Unit.COUNT),
        Column("people", ("人数", "people"), Unit.COUNT), Column("returned", ("回来", "came back"), Unit.COUNT),
        Column("rate", ("留存率", "share"), Unit.SHARE, is_doubted=True),
        Column("revenue", ("销售额", "revenue"), Unit.MONEY),
    )  # fmt: skip
    rows = [
        (found.terms.cohort.first_day(cell.cohort), cell.age, _size(found, cell.cohort), cell.people,
         _rate(Returned(_size(found, cell.cohort), cell.people)), cell.revenue if _is_paid(found, cell) else None)
        for cell in _fill_in(found)
    ]  # fmt: skip
    return Sheet("triangle", ("留存三角", "Triangle"), columns, rows, 2, shown=0)


def _fill_in(found: Retention) -> Iterator[Cell]:
    """Yield all cells of the triangle that are known whole, also those in which nobody came back."""
    cells = {(cell.cohort, cell.age): cell for cell in found.triangle}
    kind = found.terms.cohort
    for cohort in sorted({cohort for entry, cohort, _ in found.cohorts if entry is Entry.NEW}):
        for age in range(AGES[kind] + 1):
            if kind.last_day(cohort + age) <= found.watched.known:
                yield cells.get((cohort, age), Cell(cohort, age, 0, 0))


def _is_paid(found: Retention, cell: Cell) -> bool:
    """Whether the orders of all that a cell stands for are known."""
    return found.terms.cohort.last_day(cell.cohort + cell.age) <= found.watched.paid


def _draw_triangle(found: Retention, language: Language) -> Markup:
    """Return the latest cohorts by age, the darker the more came back; the first age has no shade."""
    rows = []
    for cohort, cells in groupby(_fill_in(found), key=lambda cell: cell.cohort):
        size = _size(found, cohort)
        shades = [Shade(f"{cell.people / size:.0%}", cell.people / size if cell.age else None) for cell in cells]
        rows.append((f"{found.terms.cohort.first_day(cohort)} · {size:,}", shades))
    latest = rows[-_MOST_COHORTS:]
    heading = (
        language.of(_COHORT_NAMES[found.terms.cohort]),
        *map(str, range(max((len(one) for _, one in latest), default=0))),
    )
    caption = language.of(("每批新客之后回来的份额", "Share of each cohort that came back"))
    grid = draw_heat(caption, heading, latest, _NARROW_AGES[found.terms.cohort])
    return join(grid, draw_paragraph(language.of(_ON_PHONES), "note narrow-only"))


def _size(found: Retention, cohort: int) -> int:
    return found.cohorts[Entry.NEW, cohort, found.terms.days[0]].people


def _rate(one: Returned) -> Estimate | None:
    return wilson(one.returned, one.people) if one.people else None


def _only(estimates: Estimate) -> Estimate:
    return Estimate(estimates.value[0], estimates.low[0], estimates.high[0], estimates.level)


def _word(entry: Entry) -> Word:
    return Word(entry.name.lower(), ENTRY_NAMES[entry])


def _say_reference(usual: Reference) -> str:
    low, high = f"{100 * usual.low:g}", f"{100 * usual.high:g}"
    return f"{low}%" if low == high else f"{low}-{high}%"


def _say_who(found: Retention, references: References, entry: Entry) -> Phrase:
    """Return the shares of new people or of regulars in a sentence."""
    rows = [(days, found.total(entry, days), references.get((entry, days))) for days in found.terms.days]
    parts = [_say_day(days, rate, usual) for days, total, usual in rows if (rate := _rate(total))]
    who = ENTRY_NAMES[entry]
    if not parts:
        return f"{who[0]}：各批次观察天数不足，暂无留存率。", f"Of {who[1]} people no cohort is old enough yet."
    later = ("及以后", " or later") if found.terms.or_later else ("", "")
    chinese = "，".join(f"第 {days} 天{later[0]} {said}" for days, said, _ in parts)
    english = ", ".join(f"on day {days}{later[1]} {said}" for days, _, said in parts)
    return f"{who[0]}再来：{chinese}。", f"Of {who[1]} people there came back: {english}."


def _say_day(days: int, rate: Estimate, usual: Reference | None) -> tuple[int, str, str]:
    value, low, high = (f"{float(end):.1%}" for end in (rate.value, rate.low, rate.high))
    chinese, english = f"{value}（{low} 至 {high}）", f"{value} ({low} to {high})"
    if usual is None:
        return days, chinese, english
    compared, share = usual.compare(rate), _say_reference(usual)
    beside = {
        "below": (f"，低于参考的 {share}", f", below the usual {share}"),
        "above": (f"，高于参考的 {share}", f", above the usual {share}"),
        "no difference": (f"，与参考的 {share} 分不出高低", f", not to be told from the usual {share}"),
    }[compared.name]
    return days, chinese + beside[0], english + beside[1]


def _note(found: Retention) -> Iterator[Phrase]:
    terms, watched = found.terms, found.watched
    chinese, english = _ACTIVE_NAMES[terms.active]
    exactly = ("当天或之后", "on that day or later") if terms.or_later else ("恰好当天", "on exactly that local day")
    yield f"回来指{exactly[0]}再次{chinese}。", f"To come back is to {english} again {exactly[1]}."
    if any(found.young(entry, days) for entry in Entry for days in terms.days):
        yield (
            f"数据到 {watched.known} 为止完整；还没满天数的批次标为太新，不计入合计。",
            f"Data is whole up to {watched.known}; cohorts that aren't old enough are marked and left out of sums.",
        )


def _warn(found: Retention) -> Iterator[Phrase]:
    terms, watched = found.terms, found.watched
    if terms.since is None or number_day(watched.began) + _ENOUGH_BEFORE.days > terms.since // 86_400_000:
        yield (
            f"文件从 {watched.began} 开始：此前来过的人在这里也算新客。",
            f"The file begins on {watched.began}: who had come before counts as new.",
        )
    if found.daily >= _MANY:
        yield (
            f"{found.daily:.0%} 的扫码来自每天换号的访客，无法看出再来：真实留存更高。可设 visitor_mode 为 cookie。",
            f"{found.daily:.0%} of scans are of visitors who can't be told again the next day: true shares are higher. "
            "o2o setting set visitor_mode cookie tells them.",
        )
