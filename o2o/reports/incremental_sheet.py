"""What experiments showed, as a sheet of any analysis of credit."""

from collections.abc import Sequence
from dataclasses import replace
from math import inf

from o2o.attribution.question import Level, Question
from o2o.config import Settings
from o2o.db import Database
from o2o.reports.experiment_words import EXPERIMENT_WORDS
from o2o.reports.incremental import Incremental, find_incremental
from o2o.reports.sheets import Analysis, Column, Sheet, Unit, Word
from o2o.statistics.estimates import Estimate, as_numbers

_COLUMNS = (
    Column("keys", ("触点", "signs")),
    Column("experiment", EXPERIMENT_WORDS["incremental_experiment"]),
    Column("model", ("模型", "model")),
    Column("first_day", ("开始", "from"), Unit.DAY),
    Column("last_day", ("结束", "to"), Unit.DAY),
    Column("measure", ("指标", "measure")),
    Column("state", ("状态", "state")),
    Column("attributed", EXPERIMENT_WORDS["incremental_attributed"], Unit.NUMBER),
    Column("incremental", ("增量", "Incremental"), Unit.NUMBER, is_doubted=True),
    Column("attributed_money", ("归因金额", "Attributed money"), Unit.MONEY),
    Column("incremental_money", ("增量金额", "Incremental money"), Unit.MONEY, is_doubted=True),
)


def put_incremental(
    analysis: Analysis, db: Database, settings: Settings, question: Question, levels: Sequence[Level] = ()
) -> Analysis:
    """Return an analysis of credit with what experiments in a shop's file showed, as a sheet of its own."""
    return add_incremental(analysis, find_incremental(db, settings, question, levels))


def add_incremental(analysis: Analysis, found: Sequence[Incremental]) -> Analysis:
    """Return an analysis with what experiments showed as a sheet of its own; as it is where there is none."""
    if not found:
        return analysis
    rows = [(*_name(one), *_figures(one, is_money=False), *_figures(one, is_money=True)) for one in found]
    sheet = Sheet("incremental", EXPERIMENT_WORDS["incremental_title"], _COLUMNS, rows, keys=3)
    versus = (EXPERIMENT_WORDS["incremental_versus"],) if any(one.compared for one in found) else ()
    remarks = (*analysis.remarks, EXPERIMENT_WORDS["incremental_lead"], *versus)
    return replace(analysis, sheets=(*analysis.sheets, sheet), remarks=remarks)


def _name(one: Incremental) -> tuple[object, ...]:
    measure = Word(one.measure, EXPERIMENT_WORDS[f"measure_{one.measure}"])
    chinese, english = (text.format(last=one.last_day) for text in EXPERIMENT_WORDS[f"incremental_{one.state}"])
    state = Word(one.state, (chinese, english))
    return one.signs, one.experiment, one.model, one.first_day, one.last_day, measure, state


def _figures(one: Incremental, *, is_money: bool) -> tuple[float | None, Estimate | None]:
    if one.incremental is None or one.is_money is not is_money:
        return one.attributed if one.is_money is is_money else None, None
    least, most = -inf if one.low is None else one.low, inf if one.high is None else one.high
    return one.attributed, Estimate(as_numbers(one.incremental), as_numbers(least), as_numbers(most))
