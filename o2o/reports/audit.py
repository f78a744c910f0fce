"""How stable credit is, for people: a verdict on each assumption, what it changes, and whether numbers agree."""

from collections.abc import Iterator
from typing import Any

from o2o.attribution.assumptions import Assumption, Theme
from o2o.attribution.audit import Audit, AuditTerms, Change, Check, Finding, Verdict, audit
from o2o.attribution.question import Question
from o2o.config import Language, Settings
from o2o.db import Database
from o2o.reports.sheets import Analysis, Column, Phrase, Sheet, Unit, Word, say_duration
from o2o.statistics.estimates import Estimate

QUESTION = (
    "换一种假设，功劳还是一样分吗？",
    "How stable are these credits: what would they be under other assumptions?",
)
THEMES: dict[Theme, Phrase] = {
    Theme.LOOKBACK: ("回溯期", "the lookback window"),
    Theme.HALF_LIFE: ("半衰期", "the half-life"),
    Theme.IDENTITY_LOSS: ("认不出的访客", "visitors that can't be joined"),
    Theme.TOUCH_LOSS: ("漏记的扫码", "scans that were not recorded"),
    Theme.DUPLICATES: ("重复的扫码", "scans that were counted twice"),
}
VERDICTS: dict[Verdict, Phrase] = {
    Verdict.LEADER: (
        "谁排第一取决于{theme}：{setting}时（{model}）是 {leader}，{moved} 的功劳易手",
        "which one leads depends on {theme}: with {setting} ({model}) it is {leader}, "
        "and {moved} of the credit changes hands",
    ),
    Verdict.MUCH: (
        "功劳取决于{theme}：{setting}时（{model}）{moved} 的功劳易手，偶然最多 {chance}",
        "credit depends on {theme}: with {setting} ({model}) {moved} of it changes hands, by chance at most {chance}",
    ),
    Verdict.LITTLE: (
        "{theme}有影响但不大：{setting}时（{model}）{moved} 的功劳易手，偶然最多 {chance}",
        "little depends on {theme}: with {setting} ({model}) {moved} of the credit changes hands, "
        "by chance at most {chance}",
    ),
    Verdict.CHANCE: (
        "{theme}的影响不超出偶然：{setting}时（{model}）{moved} 的功劳易手，偶然也会有 {chance}",
        "no more than chance: {theme} ({setting}, {model}) may move {moved} of the credit, and chance {chance}",
    ),
    Verdict.NOTHING: (
        "{theme}几乎没有影响：易手的功劳不到 0.1%",
        "next to nothing depends on {theme}: less than 0.1% of the credit changes hands",
    ),
}
SHORT: dict[Verdict, Phrase] = {
    Verdict.LEADER: ("决定谁第一", "decides who leads"),
    Verdict.MUCH: ("影响大", "moves much"),
    Verdict.LITTLE: ("影响小", "moves little"),
    Verdict.CHANCE: ("不超出偶然", "no more than chance"),
    Verdict.NOTHING: ("几乎没有影响", "moves next to nothing"),
}
NOTHING = ("没有可归因的转化，无从检验。", "No conversion has a touch, so there is nothing to audit.")
CREDIT_IS_NOT_CAUSE = (
    "稳定不等于正确：功劳不是因果，要知道一个触点带来了什么，请做实验。",
    "Stable isn't true: credit is not cause. What a sign brings is known from an experiment.",
)
_SHOWN = 8
"""So many of the assumptions by model are shown at once."""

_ASSUMED = (Column("assumption", ("假设", "assumption")), Column("setting", ("取值", "setting")))
_MODEL = Column("model", ("模型", "model"))


def analyse_audit(db: Database, settings: Settings, question: Question, terms: AuditTerms | None = None) -> Analysis:
    """Return how stable the credits of a question are."""
    found = audit(db, settings, question, terms)
    sheets = (_list_findings(found), _list_changes(found), _list_keys(found), _list_shares(found), _list_totals(found),
              _list_checks(found))  # fmt: skip
    said = tuple(_say_finding(found, one) for one in found.findings) or (NOTHING,)
    return Analysis("audit", QUESTION, sheets, said, tuple(_list_failures(found)), (CREDIT_IS_NOT_CAUSE,))


def say_setting(assumption: Assumption) -> Word:
    """Return the amount of an assumption for people."""
    if assumption.theme in (Theme.LOOKBACK, Theme.HALF_LIFE):
        chinese, english = (say_duration(assumption.amount, language) for language in (Language.ZH, Language.EN))
    else:
        chinese = english = f"{assumption.amount:.0%}"
    return Word(english, (chinese, english))


def _say_finding(found: Audit, finding: Finding) -> Phrase:
    change = finding.change
    facts = {
        "model": change.model,
        "leader": _name(found, change.leader),
        "moved": f"{change.moved:.1%}",
        "chance": f"{change.chance:.1%}",
    }
    chinese, english = VERDICTS[finding.verdict]
    theme = THEMES[finding.theme]
    setting = say_setting(change.assumption).said
    return (
        chinese.format(theme=theme[0], setting=setting[0], **facts) + "。",
        english.format(theme=theme[1], setting=setting[1], **facts) + ".",
    )


def _name(found: Audit, key: str) -> str:
    return found.names[found.keys.index(key)] or key


def _word(theme: Theme) -> Word:
    return Word(theme.value, THEMES[theme])


def _list_findings(found: Audit) -> Sheet:
    columns = (
        Column("assumption", ("假设", "assumption")),
        Column("verdict", ("结论", "verdict")),
        _ASSUMED[1],
        _MODEL,
        Column("moved", ("易手的功劳", "credit that changes hands"), Unit.SHARE),
        Column("chance", ("偶然最多", "by chance at most"), Unit.SHARE),
    )
    rows = [
        (_word(one.theme), Word(one.verdict.value, SHORT[one.verdict]), say_setting(one.change.assumption),
         one.change.model, one.change.moved, one.change.chance)
        for one in found.findings
    ]  # fmt: skip
    return Sheet("verdicts", ("结论", "Verdicts"), columns, rows)


def _list_changes(found: Audit) -> Sheet:
    columns = (
        *_ASSUMED,
        _MODEL,
        Column("moved", ("易手的功劳", "changes hands"), Unit.SHARE),
        Column("chance", ("偶然最多", "by chance"), Unit.SHARE),
        Column("spearman", ("名次相关", "rank correlation"), Unit.NUMBER),
        Column("mover", ("变化最大", "largest mover")),
        Column("mover_change", ("其份额变化", "its share"), Unit.SHARE, is_doubted=True, is_change=True),
        Column("top_moved", (f"前 {found.terms.top} 名中变动", f"of the top {found.terms.top} moved"), Unit.COUNT),
        Column("leader", ("第一名", "leader")),
        Column("unattributed", ("更多未归因", "more unattributed"), Unit.SHARE, is_change=True),
    )
    beyond_chance = sorted(found.changes, key=lambda change: (min(change.chance - change.moved, 0), -change.moved))
    rows = [tuple(_change_cells(found, change)) for change in beyond_chance]
    title = ("每个假设改变什么，超出偶然最多的在前", "What each assumption changes, most beyond chance first")
    return Sheet("changes", title, columns, rows, 3, shown=_SHOWN)


def _change_cells(found: Audit, change: Change) -> Iterator[Any]:
    yield from (_word(change.assumption.theme), say_setting(change.assumption), change.model)
    yield from (change.moved, change.chance, change.spearman, _name(found, change.mover))
    yield _pick(change.change, found.keys.index(change.mover))
    yield from (len(change.top_moved), _name(found, change.leader), change.lost)


def _pick(estimate: Estimate, place: int) -> Estimate:
    return Estimate(estimate.value[place], estimate.low[place], estimate.high[place], estimate.level)


def _list_keys(found: Audit) -> Sheet:
    """List each key under each model: its share, what chance makes of it, what assumptions make of it."""
    columns = (
        _MODEL,
        Column("key", ("编号", "key")),
        Column("name", ("名称", "name")),
        Column("share", ("份额", "share"), Unit.SHARE, is_doubted=True),
        Column("least", ("各假设下最少", "least of all assumptions"), Unit.SHARE),
        Column("most", ("各假设下最多", "most of all assumptions"), Unit.SHARE),
    )
    rows = []
    for standing in found.standings:
        told = [change.after for change in found.changes if change.model == standing.model]
        for place in (-standing.share.value).argsort(kind="stable"):
            shares = [float(standing.share.value[place]), *(float(after[place]) for after in told)]
            key = found.keys[place], found.names[place]
            rows.append((standing.model, *key, _pick(standing.share, place), min(shares), max(shares)))
    return Sheet(
        "keys", ("份额：偶然与假设", "Shares, by chance and by assumption"), columns, rows, 2, shown=found.terms.top
    )


def _list_shares(found: Audit) -> Sheet:
    columns = (
        *_ASSUMED,
        _MODEL,
        Column("key", ("编号", "key")),
        Column("before", ("原份额", "share as asked"), Unit.SHARE),
        Column("after", ("新份额", "share then"), Unit.SHARE),
        Column("change", ("变化", "change"), Unit.SHARE, is_doubted=True, is_change=True),
    )
    before = {standing.model: standing.share.value for standing in found.standings}
    rows = [
        (_word(change.assumption.theme), say_setting(change.assumption), change.model, key,
         float(before[change.model][place]), float(change.after[place]), _pick(change.change, place))
        for change in found.changes
        for place, key in enumerate(found.keys)
    ]  # fmt: skip
    return Sheet("shares", ("每项在每个假设下", "Each key under each assumption"), columns, rows, 4, shown=0)


def _list_totals(found: Audit) -> Sheet:
    columns = (
        Column("measure", ("量", "measure")),
        Column("attributed", ("已归因", "attributed"), Unit.NUMBER),
        Column("unattributed", ("未归因", "unattributed"), Unit.NUMBER),
        Column("total", ("合计", "total"), Unit.NUMBER),
    )
    one = found.totals[0]
    conversions = one.attributed_conversions, one.unattributed_conversions, one.conversions
    money = one.attributed_revenue, one.unattributed_revenue, one.revenue
    rows = [(Word("conversions", ("转化", "conversions")), *conversions),
            (Word("money", ("金额（最小单位）", "money in minor units")), *money)]  # fmt: skip
    return Sheet(
        "totals", ("守恒：已归因 + 未归因 = 合计", "Conserved: attributed + unattributed = total"), columns, rows
    )


def _list_checks(found: Audit) -> Sheet:
    columns = (
        Column("check", ("核对", "check")),
        Column("one", ("一处", "in one place"), Unit.NUMBER),
        Column("other", ("另一处", "in another"), Unit.NUMBER),
        Column("holds", ("一致", "equal")),
    )
    rows = [(one.what, float(one.one), float(one.other), _say_holds(one)) for one in found.checks]
    return Sheet("checks", ("同一个数，处处相同", "The same number everywhere"), columns, rows)


def _say_holds(check: Check) -> Word:
    return Word("yes", ("是", "yes")) if check.holds else Word("no", ("否", "no"))


def _list_failures(found: Audit) -> Iterator[Phrase]:
    for check in found.checks:
        if not check.holds:
            yield (
                f"数字不一致：{check.what}（{check.one:,.2f} 与 {check.other:,.2f}）；请核对数据，并重新运行。",
                f"numbers differ: {check.what} ({check.one:,.2f} and {check.other:,.2f}); run it again on a quiet file",
            )
