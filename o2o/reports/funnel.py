"""The funnel for people: who goes on at each step, in all and by what they scanned, and where most are lost."""

from collections.abc import Iterator, Sequence
from typing import Any

from o2o.analytics.funnel import IN_ALL, Funnel, FunnelTerms, Reached, Step, measure_funnel
from o2o.attribution.journeys import OTHER
from o2o.config import Language, Settings
from o2o.db import Database
from o2o.reports.key_names import say_name
from o2o.reports.sheets import Analysis, Column, Phrase, Sheet, Unit, Word, say_duration
from o2o.reports.words import WORDS
from o2o.statistics.intervals import wilson

QUESTION = (
    "扫码的人有多少一步步走到下单和复购？在哪一步流失最多？",
    "How many of those who scan go on to order, and again? Where are most lost?",
)
FEW = 30
"""Of fewer people a share says little."""

STEP_NAMES: dict[Step, Phrase] = {
    Step.SCAN: ("扫码", "scan"),
    Step.VISIT: ("访问落地页", "visit the page"),
    Step.LEAD: ("注册或领券核销", "register or redeem a coupon"),
    Step.ORDER: ("下单", "order"),
    Step.REPEAT: ("复购", "order again"),
}
_STEP = Column("step", ("步骤", "step"))
_KEYS = (Column("key", ("编号", "key")), Column("name", ("名称", "name")))
_FIGURES = (
    Column("reached", ("到达", "reached"), Unit.COUNT),
    Column("lost", ("流失", "lost"), Unit.COUNT),
    Column("of_before", ("占上一步", "of the step before"), Unit.SHARE, is_doubted=True),
    Column("of_all", ("占全部", "of all"), Unit.SHARE, is_doubted=True),
    Column("median_wait", ("距上一步中位时间", "median time since"), Unit.DURATION),
)
_SCENES = (
    Column("shown", ("在场触点", "touchpoints on show"), Unit.COUNT),
    Column("scanned", ("被扫过的触点", "of them scanned"), Unit.COUNT),
    Column("people", ("扫码人数", "people who scanned"), Unit.COUNT),
)


def analyse_funnel(db: Database, settings: Settings, terms: FunnelTerms) -> Analysis:
    """Return who goes on at each step, and where most are lost."""
    funnel = measure_funnel(db, settings, terms)
    in_all = funnel.reached.get(IN_ALL, ())
    steps = Sheet("steps", ("各步骤", "Steps"), (_STEP, *_FIGURES), [*_scene_rows(funnel), *_step_rows(in_all)],
                  bar="reached")  # fmt: skip
    said = (_say_way(in_all), _say_loss(terms, in_all))
    sheets = (steps, _list_keys(terms, funnel), _list_key_steps(terms, funnel))
    return Analysis(
        "funnel", QUESTION, sheets, tuple(filter(None, said)), tuple(_warn(funnel)), tuple(_note(terms, funnel))
    )


def find_loss(terms: FunnelTerms, rows: Sequence[Reached]) -> Reached | None:
    """Return the step at which most people are lost; a step that may be left out loses nobody."""
    losses = [row for row in rows if row.step is not Step.SCAN and not terms.may_skip(row.step) and row.lost]
    return max(losses, key=lambda row: row.lost, default=None)


def _scene_rows(funnel: Funnel) -> Iterator[tuple[Any, ...]]:
    """Yield the touchpoints on show and those that were scanned, before the people who scanned them."""
    shown, scanned = funnel.scene.shown, funnel.scene.scanned
    yield Word("scene", ("在场触点（个）", "touchpoints on show")), shown, None, None, None, None
    share = wilson(scanned, shown) if shown else None
    yield Word("scene_scanned", ("其中被扫过（个）", "of them scanned")), scanned, shown - scanned, share, None, None


def _step_rows(rows: Sequence[Reached]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        wait = None if row.took is None else round(row.took)
        of_before = None if row.step is Step.SCAN or not row.before else wilson(row.people, row.before)
        of_all = wilson(row.people, row.scanned) if row.scanned else None
        yield Word(row.step, STEP_NAMES[row.step]), row.people, row.lost, of_before, of_all, wait


def _list_keys(terms: FunnelTerms, funnel: Funnel) -> Sheet:
    """Return a row a key: how many scanned, the share that went on at each step, and where most are lost."""
    shares = tuple(
        Column(f"{step}_rate", (f"{chinese}占扫码", f"{english}, of those who scanned"), Unit.SHARE, is_doubted=True)
        for step, (chinese, english) in STEP_NAMES.items() if step in funnel.steps and step is not Step.SCAN
    )  # fmt: skip
    rows = sorted(_key_rows(terms, funnel), key=lambda row: (row[0] == OTHER, -row[4], row[0]))
    loss = Column("lost_at", ("流失最多", "most lost at"))
    title = f"按{WORDS[terms.by][0]}", f"By {terms.by}"
    bar = f"{Step.ORDER}_rate" if Step.ORDER in funnel.steps else "people"
    return Sheet("keys", title, (*_KEYS, *_SCENES, *shares, loss), rows, 2, bar)


def _key_rows(terms: FunnelTerms, funnel: Funnel) -> Iterator[tuple[Any, ...]]:
    for key, scene in funnel.scenes.items():
        if key != IN_ALL:
            rows = funnel.reached.get(key, ())
            people = rows[0].people if rows else 0
            none = [None] * (len(funnel.steps) - 1)
            shares = [wilson(row.people, row.scanned) for row in rows[1:]] or none
            loss = find_loss(terms, rows)
            where = Word(loss.step, STEP_NAMES[loss.step]) if loss else None
            yield key, say_name(terms.by, key, funnel.names), scene.shown, scene.scanned, people, *shares, where


def _list_key_steps(terms: FunnelTerms, funnel: Funnel) -> Sheet:
    keys = sorted(funnel.reached.keys() - {IN_ALL}, key=lambda key: (key == OTHER, -funnel.reached[key][0].people, key))
    rows = [
        (key, say_name(terms.by, key, funnel.names), *row) for key in keys for row in _step_rows(funnel.reached[key])
    ]
    return Sheet("key_steps", ("各触点各步骤", "Each step of each"), (*_KEYS, _STEP, *_FIGURES), rows, 3, shown=0)


def _say_way(rows: Sequence[Reached]) -> Phrase | None:
    if not rows:
        return "这段时间没有可识别的人扫码。", "Nobody who could be told apart scanned in this time."
    first, *others = rows
    chinese = [f"{row.people:,} 人{STEP_NAMES[row.step][0]}（{_say_share(row)[0]}）" for row in others]
    english = [f"{row.people:,} {STEP_NAMES[row.step][1]} ({_say_share(row)[1]})" for row in others]
    return (
        "，".join((f"{first.people:,} 人扫码", *chinese)) + "。",
        ", ".join((f"Of {first.people:,} people who scanned", *english)) + ".",
    )


def _say_share(row: Reached) -> Phrase:
    share = wilson(row.people, row.scanned)
    value, low, high = (float(end) for end in (share.value, share.low, share.high))
    return f"{value:.1%}，{low:.1%} 至 {high:.1%}", f"{value:.1%}, {low:.1%} to {high:.1%}"


def _say_loss(terms: FunnelTerms, rows: Sequence[Reached]) -> Phrase | None:
    loss = find_loss(terms, rows)
    if loss is None:
        return None
    chinese, english = STEP_NAMES[loss.step]
    share = loss.lost / loss.before
    return (
        f"流失最多的一步是“{chinese}”：上一步的 {loss.before:,} 人中有 {loss.lost:,} 人（{share:.1%}）没有走到。",
        f"Most are lost before they {english}: {loss.lost:,} of {loss.before:,} ({share:.1%}).",
    )


def _warn(funnel: Funnel) -> Iterator[Phrase]:
    people = funnel.reached[IN_ALL][0].people if IN_ALL in funnel.reached else 0
    if funnel.young and people:
        share = funnel.young / people
        yield (
            f"{share:.0%} 的人扫码不久，后面的步骤还可能发生：转化率偏低。",
            f"{share:.0%} of the people scanned so lately that their next steps may still come: shares are too low.",
        )
    if few := sum(1 for key, rows in funnel.reached.items() if key != IN_ALL and rows[0].people < FEW):
        yield (
            f"{few} 行不足 {FEW} 人：样本太小，请只看区间。",
            f"{few} rows have fewer than {FEW} people: look at intervals only.",
        )


def _note(terms: FunnelTerms, funnel: Funnel) -> Iterator[Phrase]:
    if lacking := [STEP_NAMES[step] for step in funnel.lacking]:
        chinese, english = ("、".join(one for one, _ in lacking), ", ".join(other for _, other in lacking))
        yield f"店里没有这些步骤的数据，已略去：{chinese}。", f"Left out, as the shop has no data of it: {english}."
    if terms.is_ordered:
        in_chinese, in_english = (_say_windows(terms, funnel, language) for language in (Language.ZH, Language.EN))
        yield (
            f"每一步须在上一步之后的时限内：{'、'.join(in_chinese)}。",
            f"Each step counts within its window after the one before: {', '.join(in_english)}.",
        )


def _say_windows(terms: FunnelTerms, funnel: Funnel, language: Language) -> list[str]:
    steps = (step for step in funnel.steps if step is not Step.SCAN)
    return [f"{language.of(STEP_NAMES[step])} {say_duration(terms.window_of(step), language)}" for step in steps]
