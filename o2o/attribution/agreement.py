"""How far models agree: the share and the rank of each key under each, rank correlations, and who is judged apart."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import sqrt
from operator import attrgetter

from o2o.attribution.models import Model
from o2o.attribution.report import OTHER, UNATTRIBUTED, AttributionReport, CreditRow

FEW_CONVERSIONS = 10
"""A key with fewer conversions under each model is too small to be called disputed."""

_FACTOR = 2.0
_LEAST_MOVE, _MOVED_PART = 3, 10


@dataclass(frozen=True, slots=True)
class Standing:
    """A key under one model: its share of what is credited to keys, and its rank (1 is the most, ties share one).

    The share lies between ``low`` and ``high`` at 95 %, had other people come by; None where that isn't known.
    """

    model: Model
    conversions: float
    revenue: int
    share: float
    rank: int
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class ComparedKey:
    """A key under all models; ``disputed`` where its rank or its share depends much on the model.

    That is where it has at least 10 conversions under some model, and its largest share is over twice its smallest, or
    its rank moves by over 3 places and over a tenth of all keys; and these shares' ranges lie apart.
    """

    key: str
    name: str
    standings: tuple[Standing, ...]
    disputed: bool


@dataclass(frozen=True, slots=True)
class Agreement:
    """Rank correlations of two models over all keys: 1 is the same order, 0 none, -1 the opposite; None of one key.

    Spearman's rho is the correlation of midranks (Spearman 1904); Kendall's tau-b the share of pairs of keys in the
    same order less that of pairs in opposite order, corrected for ties (Kendall 1945).
    """

    model: Model
    other: Model
    spearman: float | None
    kendall: float | None


@dataclass(frozen=True, slots=True)
class ModelComparison:
    """The keys of a report under several models, most credited first, and how far each two models agree.

    ``orders`` are those that the data chose for chains, by model.
    """

    models: tuple[Model, ...]
    keys: tuple[ComparedKey, ...]
    agreements: tuple[Agreement, ...]
    orders: Mapping[Model, int] = field(default_factory=dict)


def compare_models(report: AttributionReport) -> ModelComparison:
    """Compare the models of a report, by money where the outcome is a sale, else by conversions."""
    models = report.question.models
    rows = {model: {row.key: row for row in report.rows_of(model) if _is_keyed(row)} for model in models}
    names = {key: row.name for found in rows.values() for key, row in found.items()}
    measure = "revenue" if report.question.outcome.is_sale else "conversions"
    values = {
        model: {key: float(getattr(found[key], measure)) if key in found else 0.0 for key in names}
        for model, found in rows.items()
    }
    standings = {model: _stand(model, rows[model], values[model], measure) for model in models}
    keys = sorted(names, key=lambda key: (*(standings[model][key].rank for model in models[:1]), key))
    compared = (_compare(key, names[key], tuple(standings[model][key] for model in models), len(keys)) for key in keys)
    agreements = (
        Agreement(one, other, *correlate([values[one][k] for k in keys], [values[other][k] for k in keys]))
        for one, other in combinations(models, 2)
    )
    return ModelComparison(models, tuple(compared), tuple(agreements), report.orders)


def _is_keyed(row: CreditRow) -> bool:
    return row.key not in (OTHER, UNATTRIBUTED)


def _stand(
    model: Model, rows: Mapping[str, CreditRow], values: Mapping[str, float], measure: str
) -> dict[str, Standing]:
    whole = sum(values.values())
    order = sorted(values.values(), reverse=True)
    ranks = {value: place for place, value in reversed(list(enumerate(order, start=1)))}
    nothing = CreditRow("", "", model, 0.0, 0)
    found = {}
    for key, value in values.items():
        row = rows.get(key, nothing)
        ends = (getattr(row, f"{measure}_{end}") for end in ("low", "high"))
        shares = (None if end is None or not whole else end / whole for end in ends)
        share = value / whole if whole else 0.0
        found[key] = Standing(model, row.conversions, row.revenue, share, ranks[value], *shares)
    return found


def _compare(key: str, name: str, standings: tuple[Standing, ...], keys: int) -> ComparedKey:
    ranks = [one.rank for one in standings]
    least, most = (choose(standings, key=attrgetter("share")) for choose in (min, max))
    known = max(one.conversions for one in standings) >= FEW_CONVERSIONS
    moved = max(ranks) - min(ranks) > max(_LEAST_MOVE, keys // _MOVED_PART)
    apart = most.low is None or least.high is None or most.low > least.high
    return ComparedKey(key, name, standings, known and apart and (moved or most.share > _FACTOR * least.share))


def correlate(one: Sequence[float], other: Sequence[float]) -> tuple[float | None, float | None]:
    """Return Spearman's rho and Kendall's tau-b of two rows of numbers; None where all of one are alike."""
    if len(set(one)) < 2 or len(set(other)) < 2:
        return None, None
    return _correlate_linearly(_midranks(one), _midranks(other)), _correlate_pairs(one, other)


def _midranks(values: Sequence[float]) -> list[float]:
    places: dict[float, list[int]] = {}
    for place, value in enumerate(sorted(values)):
        places.setdefault(value, []).append(place)
    return [(places[value][0] + places[value][-1]) / 2 for value in values]


def _correlate_linearly(one: Sequence[float], other: Sequence[float]) -> float:
    middle, other_middle = sum(one) / len(one), sum(other) / len(other)
    together = sum((a - middle) * (b - other_middle) for a, b in zip(one, other, strict=True))
    spreads = sum((a - middle) ** 2 for a in one) * sum((b - other_middle) ** 2 for b in other)
    return together / sqrt(spreads)


def _correlate_pairs(one: Sequence[float], other: Sequence[float]) -> float:
    """Return tau-b, counting pairs out of order while they are sorted (Knight 1966)."""
    pairs = sorted(zip(one, other, strict=True))
    in_all = _count_pairs([len(pairs)])
    tied, other_tied, both_tied = (_count_pairs(_sizes(values)) for values in (one, other, pairs))
    _, opposite = _sort([value for _, value in pairs])
    score = in_all - tied - other_tied + both_tied - 2 * opposite
    return score / sqrt((in_all - tied) * (in_all - other_tied))


def _count_pairs(sizes: Sequence[int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes)


def _sizes(values: Sequence[object]) -> list[int]:
    return list(Counter(values).values())


def _sort(values: list[float]) -> tuple[list[float], int]:
    """Return sorted values, and how many pairs had to change places."""
    if len(values) < 2:
        return values, 0
    middle = len(values) // 2
    (left, swaps), (right, more) = _sort(values[:middle]), _sort(values[middle:])
    merged, place = [], 0
    swaps += more
    for value in right:
        while place < len(left) and left[place] <= value:
            merged.append(left[place])
            place += 1
        merged.append(value)
        swaps += len(left) - place
    return merged + left[place:], swaps
