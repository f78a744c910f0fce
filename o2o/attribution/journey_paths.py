"""Journeys as paths, for all that learns from them: those that converted, and those that led to nothing."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from o2o.attribution.journeys import Journeys
from o2o.attribution.parts import name_keys, read_columns
from o2o.attribution.paths import Amounts, Paths
from o2o.attribution.vocabulary import Numbers, Places
from o2o.statistics.distinct import find_firsts

_OWNERS = "attribution/models.path_owners", "attribution/models.idle_owners"


@dataclass(frozen=True, slots=True)
class OwnedPaths:
    """Journeys as paths, those that led to nothing last; by whom each is, and what it brought, were it below 0.

    ``brought`` are two rows, conversions and money; ``owners`` are none where they weren't asked for.
    """

    paths: Paths
    owners: Places
    brought: Amounts

    @classmethod
    def read(cls, journeys: Journeys, *, owned: bool) -> Self:
        """Read the paths of journeys, and their owners perhaps."""
        journeys.keep_idle()
        touches = name_keys(journeys)
        ended = read_columns(journeys, "attribution/models.paths", ("conversion", "key", "conversions", "value"))
        idle = read_columns(journeys, "attribution/models.idle_paths", ("conversion", "key"))
        begins, nowhere = (np.flatnonzero(find_firsts(columns[0])) for columns in (ended, idle))
        codes = np.concatenate((ended[1], idle[1]))
        brought = np.zeros((2, len(begins) + len(nowhere)))
        brought[:, : len(begins)] = ended[2][begins], ended[3][begins]
        paths = Paths(
            *_number_as_met(touches, codes),
            np.concatenate((begins, nowhere + len(ended[0]), [len(codes)])),
            brought[0].clip(0),
            brought[1].clip(0),
            np.repeat((0.0, 1.0), (len(begins), len(nowhere))),
        )
        who = _read_owners(journeys, ended[0][begins], idle[0][nowhere]) if owned else np.zeros(0, np.int64)
        return cls(paths, who, brought)


def read_paths(journeys: Journeys) -> Paths:
    """Return each journey as a path that converted (or was cancelled), and those that led to nothing."""
    return OwnedPaths.read(journeys, owned=False).paths


def _number_as_met(touches: tuple[str, ...], codes: Places) -> tuple[tuple[str, ...], Numbers]:
    """Number touches in the order in which paths meet them."""
    known, first = np.unique(codes, return_index=True)
    order = known[np.argsort(first)]
    numbers = np.zeros(len(touches), np.int32)
    numbers[order] = np.arange(len(order))
    return tuple(touches[key] for key in order), numbers[codes]


def _read_owners(journeys: Journeys, *paths: Places) -> Places:
    """Return by whom each path is, of those that converted and of those that led to nothing."""
    found = []
    for query, wanted in zip(_OWNERS, paths, strict=True):
        journey, owner = read_columns(journeys, query, ("conversion", "owner"))
        order = np.argsort(journey)
        found.append(owner[order[np.searchsorted(journey, wanted, sorter=order)]])
    return np.concatenate(found)
