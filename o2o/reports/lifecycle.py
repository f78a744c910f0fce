"""The lifecycle for people: how many are in which stage, who moves, who is about to be lost and who can be won back."""

from collections.abc import Iterator, Sequence
from typing import Any

from o2o.analytics.lifecycle import (
    FEW,
    Lifecycle,
    LifecycleTerms,
    Member,
    Stage,
    Threshold,
    measure_lifecycle,
)
from o2o.config import Language, Settings
from o2o.db import Database
from o2o.names import Names
from o2o.reports.charts import Shade, draw_heat
from o2o.reports.markup import Markup
from o2o.reports.sheets import Analysis, Column, Phrase, Sheet, Unit, Word
from o2o.statistics.estimates import Estimate
from o2o.statistics.intervals import wilson

QUESTION = (
    "顾客处在生命周期的哪个阶段？谁快要流失，谁可以赢回？",
    "In which stage of their life with the shop are customers? Who is about to be lost, who can be won back?",
)
STAGE_NAMES: dict[Stage | None, Phrase] = {
    None: ("还没来过", "not there yet"),
    Stage.INTRODUCTION: ("导入", "introduction"),
    Stage.GROWTH: ("成长", "growth"),
    Stage.MATURITY: ("成熟", "maturity"),
    Stage.SLUMP: ("低迷", "slump"),
    Stage.LOST: ("流失", "lost"),
}
_LISTS = {
    "churn_warning": ("流失预警：刚进入低迷的会员", "Churn warning: members who have just slipped into a slump"),
    "win_back": ("可赢回：已流失的会员", "To be won back: members who are lost"),
}
_STAGE = Column("stage", ("阶段", "stage"))
_BEFORE = Column("stage_before", ("之前阶段", "stage before"))
_MEMBER_COLUMNS = (
    Column("customer", ("会员", "customer")),
    Column("spent", ("累计消费", "spent"), Unit.MONEY),
    Column("orders", ("订单", "orders"), Unit.COUNT),
    Column("days", ("到店天数", "days there"), Unit.COUNT),
    Column("last_day", ("最近一天", "last day"), Unit.DAY),
    _BEFORE,
)


def analyse_lifecycle(db: Database, settings: Settings, terms: LifecycleTerms, *, hashed: bool = False) -> Analysis:
    """Return in which stage customers are, how they moved, and lists for push tools, with hashed ids on request."""
    found = measure_lifecycle(db, settings, terms)
    if found is None:
        nobody = "还没有人扫码或下单。", "Nobody has scanned or ordered yet."
        return Analysis("lifecycle", QUESTION, (Sheet("stages", ("阶段", "Stages"), (_STAGE,), []),), (nobody,))
    lists = {"churn_warning": found.churn_warning, "win_back": found.win_back}
    names = Names(db, hashes_customers=hashed)
    sheets = (
        _list_stages(found), _list_moves(found), _list_thresholds(found),
        *(_list_members(name, members, names) for name, members in lists.items()),
    )  # fmt: skip
    heat = ("从之前到现在", "From then to now"), _draw_moves(found, Language(settings.language))
    said, warnings, notes = tuple(_say(found, settings)), _warn(found, terms), tuple(_note(found, terms))
    return Analysis("lifecycle", QUESTION, sheets, said, warnings, notes, (heat,))


def _list_stages(found: Lifecycle) -> Sheet:
    columns = (
        _STAGE, Column("people", ("人数", "people"), Unit.COUNT),
        Column("share", ("占比", "share"), Unit.SHARE, is_doubted=True),
        Column("members", ("其中会员", "of them members"), Unit.COUNT),
        Column("before", ("之前人数", "before"), Unit.COUNT),
        Column("spent", ("累计消费", "spent"), Unit.MONEY),
    )  # fmt: skip
    rows = [_stage_row(found, stage) for stage in Stage]
    return Sheet("stages", (f"{found.day} 的阶段", f"Stages on {found.day}"), columns, rows, 1, "share")


def _stage_row(found: Lifecycle, stage: Stage) -> tuple[Any, ...]:
    moves = [move for move in found.moves if move.now is stage]
    people = sum(move.people for move in moves)
    members, spent = sum(move.members for move in moves), sum(move.amount for move in moves)
    return _word(stage), people, wilson(people, found.people()), members, found.people(before=stage), spent


def _list_moves(found: Lifecycle) -> Sheet:
    """Return how many went from each stage to each, and what share of those who were there before."""
    columns = (
        _BEFORE, _STAGE, Column("people", ("人数", "people"), Unit.COUNT),
        Column("share", ("占之前阶段", "of the stage before"), Unit.SHARE, is_doubted=True),
    )  # fmt: skip
    rows = [
        (_word(move.before), _word(move.now), move.people, wilson(move.people, _count_before(found, move.before)))
        for move in found.moves
    ]
    title = f"{found.earlier} 以来的迁移", f"Moves since {found.earlier}"
    return Sheet("moves", title, columns, rows, 2, "share", 36)


def _list_thresholds(found: Lifecycle) -> Sheet:
    columns = (
        Column("threshold", ("阈值", "threshold")), Column("days", ("天", "days"), Unit.COUNT),
        Column("learned", ("学到的值", "learned"), Unit.NUMBER, is_doubted=True),
        Column("people", ("来自人数", "from so many people"), Unit.COUNT),
    )  # fmt: skip
    thresholds = found.thresholds
    named: tuple[tuple[str, Phrase, Threshold], ...] = (
        ("slump", ("低迷：超过多少天没来", "slump: days away, more than"), thresholds.slump),
        ("lost", ("流失：超过多少天没来", "lost: days away, more than"), thresholds.lost),
        ("mature", ("成熟：来过多少天起", "maturity: from so many days there on"), thresholds.mature),
    )
    rows = [(Word(name, said), one.days, one.learned, one.people) for name, said, one in named]
    return Sheet("thresholds", ("阈值", "Thresholds"), columns, rows)


def _list_members(name: str, members: Sequence[Member], names: Names) -> Sheet:
    """Return a list of members; who asked to be forgotten isn't on it, however he came back into the file."""
    rows = [
        (customer, one.amount, one.orders, one.days, one.last, _word(one.before))
        for one in members
        if (customer := names.take_customer(one.customer))
    ]
    return Sheet(name, _LISTS[name], _MEMBER_COLUMNS, rows, bar="spent", shown=20)


def _draw_moves(found: Lifecycle, language: Language) -> Markup:
    """Return stages before as rows and stages now as columns; each row is shares of those who were there before."""
    people = {(move.before, move.now): move.people for move in found.moves}
    rows = []
    for before in (*Stage, None):
        whole = _count_before(found, before)
        counts = [people.get((before, now), 0) for now in Stage]
        cells = [Shade(f"{count:,} · {count / whole:.0%}" if whole else "", count / max(whole, 1)) for count in counts]
        rows.append((language.of(STAGE_NAMES[before]), cells))
    header = language.of(("之前 → 现在", "before → now")), *(language.of(STAGE_NAMES[stage]) for stage in Stage)
    return draw_heat(language.of(("阶段之间的迁移", "Moves between stages")), header, rows)


def _count_before(found: Lifecycle, before: Stage | None) -> int:
    return sum(move.people for move in found.moves if move.before is before)


def _word(stage: Stage | None) -> Word:
    return Word(stage or "new", STAGE_NAMES[stage])


def _say(found: Lifecycle, settings: Settings) -> Iterator[Phrase]:
    whole = found.people()
    parts = [(STAGE_NAMES[stage], found.people(stage), found.people(stage) / whole) for stage in Stage]
    chinese = "，".join(f"{name[0]} {count:,}（{share:.0%}）" for name, count, share in parts)
    english = ", ".join(f"{name[1]} {count:,} ({share:.0%})" for name, count, share in parts)
    yield f"{found.day}，{whole:,} 人中：{chinese}。", f"On {found.day}, of {whole:,} people: {english}."
    slipped, spent = len(found.churn_warning), settings.money.format(sum(one.amount for one in found.churn_warning))
    if slipped:
        yield (
            f"自 {found.earlier} 以来有 {slipped:,} 名会员刚进入低迷，他们累计消费 {spent}。",
            f"{slipped:,} members have slipped into a slump since {found.earlier}; they have spent {spent} in all.",
        )


def _warn(found: Lifecycle, terms: LifecycleTerms) -> tuple[Phrase, ...]:
    if found.thresholds.slump.learned is None and terms.slump is None:
        return (
            (f"再来过的人不足 {FEW}，用了默认阈值。", f"Fewer than {FEW} people came again: thresholds are defaults."),
        )
    return ()


def _note(found: Lifecycle, terms: LifecycleTerms) -> Iterator[Phrase]:
    slump, lost, mature = found.thresholds.slump, found.thresholds.lost, found.thresholds.mature
    yield (
        f"超过 {slump.days} 天没来为低迷，超过 {lost.days} 天为流失，来过 {mature.days} 天起为成熟。",
        f"Slump: away for over {slump.days} days; lost: over {lost.days}; maturity: from {mature.days} days there on.",
    )
    for name, one, share in (("slump", slump, "80"), ("lost", lost, "95")):
        if one.learned is not None:
            stage = STAGE_NAMES[Stage(name)]
            yield (
                f"“{stage[0]}”的天数学自本店：再来的间隔有 {share}% 不超过它（{_say_range(one.learned, ' 至 ')} 天）。",
                f"The days of {stage[1]} are learned from the shop: {share}% of the gaps between visits are no longer "
                f"({_say_range(one.learned, ' to ')} days).",
            )
    if max(len(found.churn_warning), len(found.win_back)) >= terms.most:
        yield f"名单只含前 {terms.most:,} 名会员。", f"Lists hold the first {terms.most:,} members; --most takes more."


def _say_range(learned: Estimate, between: str) -> str:
    return f"{float(learned.low):.0f}{between}{float(learned.high):.0f}"
