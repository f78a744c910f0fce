"""The report on journeys: the ways to an order and to nothing, from what to what people go, how long it takes."""

from collections.abc import Iterator, Sequence

from o2o.analytics.paths import NOTHING, ORDER, REST, START, WAITS, JourneyMap, JourneyTerms, map_journeys
from o2o.config import Language, Settings
from o2o.db import Database
from o2o.reports.flows import Flow, draw_flows
from o2o.reports.key_names import name_keys
from o2o.reports.markup import Markup
from o2o.reports.sheets import Analysis, Column, Phrase, Sheet, Unit, Word, say_duration
from o2o.statistics.estimates import Estimate
from o2o.statistics.intervals import wilson

QUESTION = ("顾客下单前经过哪些触点？哪些路径最后没有下单？", "Which ways do people take before they order, or don't?")
_ENDS: dict[str, Phrase] = {
    START: ("开始", "start"),
    ORDER: ("下单", "order"),
    NOTHING: ("没有下单", "nothing"),
    REST: ("其余少见的", "the rare rest"),
}
_TONES = {ORDER: "good", NOTHING: "rest"}
_LEAST = 30


def analyse_journeys(db: Database, settings: Settings, terms: JourneyTerms) -> Analysis:
    """Return the ways that people take as a report, with a Sankey diagram of the first steps."""
    found = map_journeys(db, settings, terms)
    language = Language(settings.language)
    names = name_keys(terms.by, found.names) | {key: Word(key, said) for key, said in _ENDS.items()}
    sheets = (_list_ways(found, names), _list_steps(found, names), _list_lengths(found), _list_waits(found),
              _list_flows(found, names))  # fmt: skip
    drawings = ((("前几步", "The first steps"), _draw(found, names, language)),) if found.passages else ()
    said, remarks = tuple(_say(found, names)), tuple(_warn(found))
    return Analysis("journeys", QUESTION, sheets, said, remarks, tuple(_note(found)), drawings)


def _list_ways(found: JourneyMap, names: dict[str, Word]) -> Sheet:
    columns = (
        Column("path", ("路径", "path")),
        Column("touches", ("触点数", "touches"), Unit.COUNT),
        Column("journeys", ("人次", "journeys"), Unit.COUNT),
        Column("orders", ("订单", "orders"), Unit.COUNT),
        Column("rate", ("下单率", "that order"), Unit.SHARE, is_doubted=True),
        Column("revenue", ("销售额", "revenue"), Unit.MONEY),
    )
    rows = [
        (_say_path(way.keys, names), len(way.keys), way.journeys, way.orders, wilson(way.orders, way.journeys),
         way.revenue)
        for way in found.ways
    ]  # fmt: skip
    return Sheet("paths", ("路径", "Paths"), columns, rows, 1, "rate", 20)


def _list_steps(found: JourneyMap, names: dict[str, Word]) -> Sheet:
    columns = (
        Column("source", ("从", "from")),
        Column("target", ("到", "to")),
        Column("journeys", ("人次", "journeys"), Unit.COUNT),
        Column("share", ("占比", "of those that leave"), Unit.SHARE, is_doubted=True),
    )
    rows = [(_name(step.source, names), _name(step.target, names), step.journeys, step.share) for step in found.steps]
    return Sheet("transitions", ("触点之间的流转", "From what to what"), columns, rows, 2, "share", 30)


def _list_lengths(found: JourneyMap) -> Sheet:
    columns = (
        Column("touches", ("触点数", "touches")),
        Column("journeys", ("人次", "journeys"), Unit.COUNT),
        Column("orders", ("订单", "orders"), Unit.COUNT),
        Column("rate", ("下单率", "that order"), Unit.SHARE, is_doubted=True),
    )
    rows = [
        (f"{one.touches}{'+' if one.is_most else ''}", one.journeys, one.orders, wilson(one.orders, one.journeys))
        for one in found.lengths
    ]
    return Sheet("touches", ("下单前扫几次", "How many touches"), columns, rows, 1, "rate")


def _list_waits(found: JourneyMap) -> Sheet:
    columns = (
        Column("within", ("首次扫码之后", "after the first scan")),
        Column("ordered", ("已下单", "have ordered"), Unit.SHARE, is_doubted=True),
    )
    shares = found.ordered
    rows = [] if shares is None else [
        (_name_wait(wait), Estimate(shares.value[place], shares.low[place], shares.high[place], shares.level))
        for place, wait in enumerate(WAITS)
    ]  # fmt: skip
    return Sheet("waits", ("多久下单", "How long it takes"), columns, rows, 1, "ordered")


def _name_wait(wait: int) -> Word:
    return Word(say_duration(wait), (say_duration(wait, Language.ZH), say_duration(wait)))


def _list_flows(found: JourneyMap, names: dict[str, Word]) -> Sheet:
    columns = (
        Column("step", ("步", "step")),
        Column("source", ("从", "from")),
        Column("target", ("到", "to")),
        Column("journeys", ("人次", "journeys"), Unit.COUNT),
    )
    rows = [
        (f"{one.step + 1}", _name(one.source, names), _name(one.target, names), one.journeys) for one in found.passages
    ]
    return Sheet("flows", ("流向", "Flows"), columns, rows, 3, shown=0)


def _draw(found: JourneyMap, names: dict[str, Word], language: Language) -> Markup:
    last = max(one.step for one in found.passages) + 1
    flows = [
        Flow((one.step, one.source), (last if one.target in _TONES else one.step + 1, one.target), one.journeys)
        for one in found.passages
    ]
    said = {key: language.of(word.said) for key, word in names.items()}
    return draw_flows(flows, said, language.of(QUESTION), _TONES)


def _name(key: str, names: dict[str, Word]) -> Word:
    return names.get(key) or Word(key, (key, key))


def _say_path(keys: Sequence[str], names: dict[str, Word]) -> Word:
    words = [_name(key, names) for key in keys]
    chinese, english = (" > ".join(word.said[place] for word in words) for place in (0, 1))
    return Word(" > ".join(word.name for word in words), (chinese, english))


def _say(found: JourneyMap, names: dict[str, Word]) -> Iterator[Phrase]:
    whole = found.orders + found.nothing
    if not whole:
        return
    rate = wilson(found.orders, whole)
    ends = f"{float(rate.value):.1%}", f"{float(rate.low):.1%}", f"{float(rate.high):.1%}"
    yield (
        f"{whole:,} 条路径中 {found.orders:,} 条以下单结束：{ends[0]}（{ends[1]} 至 {ends[2]}）。",
        f"Of {whole:,} journeys {found.orders:,} end in an order: {ends[0]} ({ends[1]} to {ends[2]}).",
    )
    if found.orders:
        top = found.ways[0]
        path, share = _say_path(top.keys, names), f"{top.orders / found.orders:.1%}"
        yield (
            f"最常见的下单路径是“{path.said[0]}”，占 {share}。",
            f"The way most taken to an order is {path.said[1]}: {share} of them.",
        )
    if found.median:
        ends_of = [float(end) for end in (found.median.value, found.median.low, found.median.high)]
        half, low, high = (say_duration(end, Language.ZH) for end in ends_of)
        chinese = f"会下单的人，一半在首次扫码后 {half}内下单（{low} 至 {high}）。"
        half, low, high = map(say_duration, ends_of)
        yield chinese, f"Half of those who will order do so within {half} of their first scan ({low} to {high})."


def _note(found: JourneyMap) -> Iterator[Phrase]:
    if rest := found.different - len(found.ways):
        told = len(found.ways)
        yield (
            f"不同的路径有 {found.different:,} 条，列出走得最多的 {told:,} 条，其余 {rest:,} 条不列；"
            "其他表和图都按全部路径计算。",
            f"Of {found.different:,} different ways the {told:,} most trodden are listed, not the other {rest:,}; "
            "all other sheets and the diagram are of all ways.",
        )


def _warn(found: JourneyMap) -> Iterator[Phrase]:
    if found.orders < _LEAST:
        yield (
            f"只有 {found.orders} 条路径以下单结束，数据不足。",
            f"not enough data: only {found.orders} journeys end in an order",
        )
