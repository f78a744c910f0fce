"""Exact Markov and Shapley from path strings, beside what simulates Markov chains and what plays Shapley's game."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measure import Contest
from o2o.attribution.path_models import attribute_paths
from o2o.attribution.paths import Amounts, Paths

SIZE = 1_000_000
"""Paths, one a row: 3.6 touches in the mean, 17.5 % of them converting."""

_FEW, _MANY = 20, 500


@dataclass(frozen=True, slots=True)
class _Rows:
    texts: list[str]
    conversions: Amounts
    values: Amounts
    nulls: Amounts

    def frame(self) -> Any:
        import pandas as pd

        columns = {"path": self.texts, "conversions": self.conversions, "value": self.values, "nulls": self.nulls}
        return pd.DataFrame(columns)


@contextmanager
def contest(folder: Path, size: int) -> Iterator[tuple[Contest, ...]]:  # noqa: ARG001
    """Make paths of few and of many touchpoints; the peers get them as the data frames that they ask for.

    The one of many takes ChannelAttribution minutes, so it has one turn.
    """
    few, many = _make_rows(size, _FEW), _make_rows(size, _MANY)
    few_frame, many_frame = few.frame(), many.frame()
    simulated = {"ChannelAttribution": partial(_simulate, few_frame)}
    yield (
        _race("markov", few, _FEW, simulated, once=False),
        _race("markov", many, _MANY, {"ChannelAttribution": partial(_simulate, many_frame)}, once=True),
        _race("shapley", few, _FEW, {"Marketing-Attribution-Models": partial(_play, few_frame)}, once=False),
    )


def _race(model: str, rows: _Rows, touches: int, peers: dict[str, Any], *, once: bool) -> Contest:
    def ours() -> int:
        attribute_paths(Paths.of(rows.texts, rows.conversions, rows.values, rows.nulls), [model])
        return len(rows.texts)

    return Contest(f"{model}, {touches} touchpoints", "paths/s", ours, peers, once)


def _make_rows(size: int, touches: int) -> _Rows:
    random = np.random.default_rng(1)
    lengths = random.geometric(1 / 3.57, size)
    names = [f"touch{number:03d}" for number in range(touches)]
    chosen = [names[number] for number in random.integers(touches, size=lengths.sum()).tolist()]
    ends = [0, *np.cumsum(lengths).tolist()]
    conversions = (random.random(size) < 0.175).astype(np.float64)
    texts = [" > ".join(chosen[start:end]) for start, end in pairwise(ends)]
    return _Rows(texts, conversions, conversions * random.integers(1, 500, size), 1 - conversions)


def _simulate(frame: Any) -> int:
    import ChannelAttribution

    ChannelAttribution.markov_model(frame, "path", "conversions", "value", "nulls", verbose=False)
    return len(frame)


def _play(frame: Any) -> int:
    from mam import MAM

    journeys = {"channels_colname": "path", "journey_with_conv_colname": "conversions", "occurrences_colname": "each"}
    MAM(frame.assign(each=1), "grouped_journey", **journeys).run_shapley()
    return len(frame)
