"""How far models agree, as an analysis."""

from collections.abc import Iterator
from math import nan
from operator import attrgetter

from o2o.attribution.agreement import FEW_CONVERSIONS, ModelComparison, Standing
from o2o.attribution.models import Model
from o2o.config import Language
from o2o.reports.phrases import say_means
from o2o.reports.sheets import Analysis, Column, Phrase, Sheet, Unit, Word
from o2o.reports.words import WORDS, Words
from o2o.statistics.estimates import Estimate, as_numbers

_QUESTION: Phrase = ("谁带来得多，取决于用哪个模型吗？", "Does who brought most depend on the model?")
_KEY = Column("key", ("编号", "key")), Column("name", ("名称", "name"))
_DISPUTED = Word("disputed", ("看模型", "depends on the model"))
_AGREEMENTS = (
    *(Column("model", ("模型", "model")), Column("other", ("另一模型", "other model"))),
    *(Column("spearman", ("斯皮尔曼", "Spearman"), Unit.NUMBER), Column("kendall", ("肯德尔", "Kendall"), Unit.NUMBER)),
)
_CORRELATION: Phrase = (
    "排名相关：1 表示两个模型的名次完全一致，0 表示无关，-1 表示相反。",
    "Rank correlations: 1 is the same order under both models, 0 none, -1 the opposite.",
)
_CHINESE, _ENGLISH = Words(Language.ZH), Words(Language.EN)
_NAMED, _SHOWN = 5, 20


def analyse_agreement(found: ModelComparison) -> Analysis:
    """Return a comparison of models as an analysis: shares of keys, their ranks, and how far each two models agree."""
    shares = [Column(model, _name(model).said, Unit.SHARE, is_doubted=True) for model in found.models]
    ranks = [Column(model, _name(model).said, Unit.COUNT) for model in found.models]
    note = Column("note", ("提示", "note"))
    judged = [(key.key, key.name, *map(_share, key.standings), _DISPUTED if key.disputed else "") for key in found.keys]
    ranked = [(key.key, key.name, *(one.rank for one in key.standings)) for key in found.keys]
    agreements = [(_name(one.model), _name(one.other), one.spearman, one.kendall) for one in found.agreements]
    sheets = (
        Sheet("shares", ("各模型下的份额", "Shares under each model"), (*_KEY, *shares, note), judged, shown=_SHOWN),
        Sheet("ranks", ("各模型下的名次", "Ranks under each model"), (*_KEY, *ranks), ranked, shown=_SHOWN),
        Sheet("agreements", ("模型之间", "Between models"), _AGREEMENTS, agreements, keys=2),
    )
    notes = (*_explain(found), _CORRELATION, WORDS["cause"])
    return Analysis("models", _QUESTION, sheets, tuple(_say(found)), notes=notes)


def _name(model: Model) -> Word:
    said = (words(model.name) + (f" ({model})" if model.argument else "") for words in (_CHINESE, _ENGLISH))
    chinese, english = said
    return Word(str(model), (chinese, english))


def _share(one: Standing) -> Estimate:
    value, low, high = (as_numbers(nan if end is None else end) for end in (one.share, one.low, one.high))
    return Estimate(value, low, high)


def _explain(found: ModelComparison) -> Iterator[Phrase]:
    for model in found.models:
        means = (say_means(words, model, found.orders) for words in (_CHINESE, _ENGLISH))
        chinese, english = (f"{name}: {mean}" for name, mean in zip(_name(model).said, means, strict=True))
        yield chinese, english


def _say(found: ModelComparison) -> Iterator[Phrase]:
    disputed = [key for key in found.keys if key.disputed]
    if not disputed:
        yield (
            f"转化满 {FEW_CONVERSIONS} 次的，没有一个明显取决于模型。",
            f"Nothing of {FEW_CONVERSIONS} conversions and more depends much on the model.",
        )
    for key in disputed[:_NAMED]:
        most, least = (choose(key.standings, key=attrgetter("share")) for choose in (max, min))
        name, (chinese, english) = key.name or key.key, _name(most.model).said
        other_chinese, other_english = _name(least.model).said
        yield (
            f"{name}：按{chinese} {most.share:.1%}（第 {most.rank:,} 名），"
            f"按{other_chinese} {least.share:.1%}（第 {least.rank:,} 名）。",
            f"{name}: {most.share:.1%} (rank {most.rank:,}) by {english}, "
            f"{least.share:.1%} (rank {least.rank:,}) by {other_english}.",
        )
    if rest := len(disputed[_NAMED:]):
        yield f"另有 {rest:,} 个取决于模型。", f"{rest:,} more depend on the model."
