"""The fair ranking of people as an analysis."""

from collections.abc import Iterator, Sequence
from operator import attrgetter

from o2o.analytics.bursts import Oddity, OddScans
from o2o.analytics.people_ranking import Measure, PeopleRanking, PersonRank
from o2o.reports.odd_scans import ODDITIES
from o2o.reports.phrases import say_number
from o2o.reports.sheets import Analysis, Column, Phrase, Sheet, Unit, Word
from o2o.reports.words import WORDS

_QUESTION: Phrase = (
    "同样的班次和客流，谁带来的更多？",
    "Who achieves more than others would in the same shifts and crowds?",
)
_REACHED: dict[Measure, Phrase] = {
    Measure.SCANS: ("扫码", "scans"),
    Measure.ORDERS: ("归因订单", "orders"),
    Measure.REVENUE: ("归因销售额", "revenue"),
}
_NO_SHIFTS: Phrase = (
    "没有排班，按在册且有码的时间算",
    "no shifts: all the time counts in which somebody is assigned there and has a code",
)
_FEW: Phrase = ("数据不足", "not enough data")
_SAID: dict[Oddity, Phrase] = {
    Oddity.BURST: ("{name}：某天突增 {odd} 次", "{name}: {odd} scans too many on a day"),
    Oddity.SELF_SCANS: ("{name}：{scans} 次中 {odd} 次是同一手机反复扫", "{name}: {odd} of {scans} by the same phones"),
    Oddity.AFTER_PAYMENT: ("{name}：{scans} 次中 {odd} 次在付款后", "{name}: {odd} of {scans} after payment"),
}
_NAMED = 5


def analyse_people(found: PeopleRanking) -> Analysis:
    """Return the ranking as an analysis, the index as the strip of pages, odd scans on a sheet of their own."""
    measure, top = found.terms.measure, found.terms.top
    unit = Unit.MONEY if measure is Measure.REVENUE else Unit.NUMBER
    chinese, english = _REACHED[measure]
    columns = (
        Column("person_id", ("工号", "id")),
        Column("name", ("姓名", "name")),
        Column("role", ("岗位", "role")),
        Column("store_id", ("门店", "store")),
        Column("hours", ("在岗小时", "hours"), Unit.NUMBER),
        Column("passers", ("人均客流", "passers-by"), Unit.NUMBER),
        Column("reached", (chinese, english), unit),
        Column("expected", ("同条件他人", "others would"), unit),
        Column("index", ("指数", "index"), Unit.NUMBER, is_doubted=True),
        Column("chance", (f"前 {top} 名的概率", f"chance of top {top}"), Unit.SHARE),
        Column("off_duty", ("班外", "off duty"), unit),
        Column("note", ("提示", "note")),
    )
    rows = [_make_row(row, measure) for row in found.rows]
    sheet = Sheet("people", ("人员", "People"), columns, rows, keys=4, bar="index")
    sheets = (sheet, _make_odd_sheet(found.odd)) if found.odd else (sheet,)
    notes = (WORDS["cause"],) if found.rows and found.terms.measure is not Measure.SCANS else ()
    said = (*_say(found.rows), *_say_odd(found.odd))
    return Analysis("people", _QUESTION, sheets, said, tuple(_remark(found)), notes)


def _make_odd_sheet(odd: Sequence[OddScans]) -> Sheet:
    columns = (
        Column("person_id", ("工号", "id")),
        Column("name", ("姓名", "name")),
        Column("store_id", ("门店", "store")),
        Column("code", ("码", "code")),
        Column("what", ("异常", "what")),
        Column("day", ("日期", "day"), Unit.INSTANT),
        Column("scans", ("扫码", "scans"), Unit.COUNT),
        Column("odd", ("异常扫码", "odd scans"), Unit.COUNT),
        Column("expected", ("平常", "usual"), Unit.NUMBER),
    )
    rows = [
        (
            *(one.subject_id, one.name, one.store_id, one.code, Word(str(one.oddity), ODDITIES[one.oddity])),
            *(one.day, one.scans, one.odd, one.expected),
        )
        for one in odd
    ]
    return Sheet("odd", ("异常扫码", "Odd scans"), columns, rows, keys=6)


def _say_odd(odd: Sequence[OddScans]) -> Iterator[Phrase]:
    """Yield one sentence of the largest oddities of as many people, one for each."""
    worst: dict[str, OddScans] = {}
    for one in sorted(odd, key=attrgetter("odd"), reverse=True):
        worst.setdefault(one.subject_id, one)
    if told := list(worst.values())[:_NAMED]:
        chinese, english = zip(*(_describe(one) for one in told), strict=True)
        rest = len(worst) - len(told)
        yield (
            f"异常扫码——{'；'.join(chinese)}{f'；另有 {rest} 人' if rest else ''}。",
            f"Odd scans: {'; '.join(english)}{f'; {rest} people more' if rest else ''}.",
        )


def _describe(one: OddScans) -> Phrase:
    chinese, english = _SAID[one.oddity]
    facts = {"name": one.name or one.subject_id, "odd": say_number(one.odd), "scans": say_number(one.scans)}
    return chinese.format(**facts), english.format(**facts)


def _make_row(row: PersonRank, measure: Measure) -> tuple[object, ...]:
    money = measure is Measure.REVENUE
    reached, expected, off_duty = (round(part) if money else part for part in (row.reached, row.expected, row.off_duty))
    who = row.person_id, row.name, row.role, row.store_id
    return *who, row.hours, row.passers, reached, expected, row.index, row.chance, off_duty, _note(row)


def _note(row: PersonRank) -> Word:
    notes = [(str(one), ODDITIES[one]) for one in row.odd]
    if row.index is None:
        notes.append(("not enough data", _FEW))
    names, said = [name for name, _ in notes], [phrase for _, phrase in notes]
    return Word(";".join(names), ("，".join(one for one, _ in said), ", ".join(one for _, one in said)))


def _say(rows: Sequence[PersonRank]) -> tuple[Phrase, ...]:
    judged = [row for row in rows if row.index is not None]
    if not judged:
        return (("数据不足，还不能比较。", "Not enough data to compare anybody yet."),)
    ahead = [row.name for row in judged if row.index and row.index.low > 1]
    if not ahead:
        return (("没有人明显高于同条件的其他人。", "Nobody is clearly above what others would achieve."),)
    chinese, english = "、".join(ahead[:_NAMED]), ", ".join(ahead[:_NAMED])
    return ((f"明显高于同条件他人：{chinese}。", f"Clearly above what others would achieve: {english}."),)


def _remark(found: PeopleRanking) -> Iterator[Phrase]:
    if odd := sum(bool(row.odd) for row in found.rows):
        yield (
            f"{odd} 人的扫码异常（见异常扫码表）；这些扫码仍计入排名，名次先不要当真。",
            f"Scans of {odd} people look odd (sheet 'odd'). They count in the ranking: don't trust these places yet.",
        )
    for stores, (chinese, english) in (
        (found.without_shifts, _NO_SHIFTS),
        (found.by_tickets, ("没有客流计数，用小票数代替", "no counter: receipts stand for customers")),
        (found.by_hours, ("没有客流也没有小票，只按小时算", "no counter and no receipts: only hours count")),
    ):
        if stores:
            names = ", ".join(stores[:_NAMED]) + (f" … ({say_number(len(stores))})" if len(stores) > _NAMED else "")
            yield f"门店 {names}：{chinese}。", f"Stores {names}: {english}."
