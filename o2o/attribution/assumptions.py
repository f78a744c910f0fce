"""Journeys told anew under another assumption: another lookback window, lost visitors, lost or doubled touches."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from o2o.attribution.models import HALF_LIFE, Model, parse_half_life
from o2o.attribution.parts import Parts, deal
from o2o.attribution.paths import Paths
from o2o.attribution.question import Question, Thinning, Transform
from o2o.attribution.vocabulary import Places
from o2o.subjects import Kind

Flags = NDArray[np.bool_]

KINDS = (Kind.PERSON, Kind.PRODUCT, Kind.PLACE)
"""The kinds of touchpoints by the numbers that they have in the columns of touches."""

_NO_KIND = len(KINDS)


class Theme(StrEnum):
    """What is assumed otherwise than the question says."""

    LOOKBACK = "lookback"
    HALF_LIFE = "half-life"
    IDENTITY_LOSS = "identity-loss"
    TOUCH_LOSS = "touch-loss"
    DUPLICATES = "duplicates"


_SALTS = {theme: number for number, theme in enumerate(Theme, start=1)}


@dataclass(frozen=True, slots=True)
class Assumption:
    """One thing that is assumed otherwise: a duration in milliseconds, or the share of what is lost or doubled."""

    theme: Theme
    amount: float

    def changes(self, question: Question, model: Model) -> bool:
        """Tell whether it is something else for a model than what is asked: a half-life is time decay's alone."""
        if self.theme is Theme.HALF_LIFE:
            return model.name == Model.TIME_DECAY and self.amount != find_half_life(model, None)
        return self.theme is not Theme.LOOKBACK or {self.amount} != {question.window_of(kind) for kind in Kind}

    def share_of(self, theme: Theme) -> float:
        """Return the share that this assumption loses or doubles of something."""
        return self.amount if self.theme is theme else 0.0

    def picks(self, theme: Theme, numbers: Places) -> Flags:
        """Tell which scans or visitors are lost or doubled, by arithmetic on their numbers."""
        return np.asarray(deal(numbers, _SALTS[theme]) < self.share_of(theme))


@dataclass(frozen=True, slots=True)
class Told:
    """Journeys as paths; ``bucket`` is of each path, ``place`` of each step is its place among the touches."""

    paths: Paths
    bucket: Places
    place: Places
    conversion: Places


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells the journeys of a question from their parts."""

    parts: Parts
    question: Question
    bucket: Places
    scan_bucket: Places

    def tell(self, assumption: Assumption | None = None) -> Told:
        """Return the journeys that converted, or were cancelled, under an assumption."""
        place = np.flatnonzero(self._keep(assumption))
        touches = self.parts.touches
        place = _double(place, touches.scan, assumption)
        place = self._thin(place, touches.key, touches.conversion)
        ours, starts = np.unique(touches.conversion[place], return_index=True)
        conversions = self.parts.conversions
        paths = Paths(
            self.parts.keys,
            touches.key[place].astype(np.int32),
            np.append(starts, len(place)),
            conversions.delta[ours].astype(np.float64),
            conversions.money[ours].astype(np.float64),
            np.zeros(len(ours)),
        )
        return Told(paths, self.bucket[ours], place, ours)

    def tell_idle(self, assumption: Assumption | None = None) -> tuple[Paths, Places]:
        """Return the journeys that led to nothing under an assumption, and the bucket of each."""
        scans = self.parts.scans
        place = np.flatnonzero(~np.isin(scans.scan, self._used(assumption)) & ~_lost(scans.scan, assumption))
        person, at = scans.person[place], scans.scanned_at[place]
        apart = (np.diff(person, prepend=-1) != 0) | (np.diff(at, prepend=0) > self.window(assumption))
        journey = np.cumsum(apart)
        doubled = _double(np.arange(len(place)), scans.scan[place], assumption)
        place, journey = place[doubled], journey[doubled]
        kept = self._thin(np.arange(len(place)), scans.key[place], journey)
        place, journey = place[kept], journey[kept]
        _, starts = np.unique(journey, return_index=True)
        nothing = np.zeros(len(starts))
        codes = scans.key[place].astype(np.int32)
        paths = Paths(self.parts.keys, codes, np.append(starts, len(place)), nothing, nothing, nothing + 1)
        return paths, self.scan_bucket[place[starts]]

    def window(self, assumption: Assumption | None) -> int:
        """Return the longest window of an assumption, else of the question."""
        if assumption and assumption.theme is Theme.LOOKBACK:
            return int(assumption.amount)
        return self.question.longest_window

    def _keep(self, assumption: Assumption | None) -> Flags:
        touches = self.parts.touches
        if assumption and assumption.theme is Theme.LOOKBACK:
            return touches.age <= assumption.amount
        windows = [self.question.window_of(kind) for kind in KINDS]
        # a window by kind is asked of touchpoints alone, as journeys.touches_by_kind does
        windows.append(-1 if self.question.kind_windows else self.question.window)
        keep: Flags = touches.age <= np.array(windows)[touches.kind]
        if assumption:
            keep &= ~_lost(touches.scan, assumption)
            keep &= ~assumption.picks(Theme.IDENTITY_LOSS, touches.visitor) | (touches.visitor == 0)
        return keep

    def _used(self, assumption: Assumption | None) -> Places:
        later, window = self.parts.later, self.window(assumption)
        used = self.parts.touches.scan[self._keep(assumption)]
        return np.concatenate((used, later.scan[(later.age <= window) & (later.at < self.parts.until + window)]))

    def _thin(self, place: Places, keys: Places, journeys: Places) -> Places:
        transform = self.question.transform
        if transform.thinning is Thinning.UNIQUE:
            return place
        dropped = self.parts.keys.index(transform.key) if transform.key in self.parts.keys else -1
        return place[thin(transform, keys[place], journeys[place], dropped)]


def thin(transform: Transform, keys: Places, journeys: Places, dropped: int) -> Flags:
    """Tell which touches of journeys a transform leaves; touches of one journey follow each other."""
    begins = np.diff(journeys, prepend=-1) != 0
    if transform.thinning is Thinning.EXPOSURE:
        return np.asarray(begins | (np.diff(keys, prepend=-1) != 0))
    if transform.thinning is Thinning.FIRST:
        _, first = np.unique(journeys * (int(keys.max(initial=0)) + 1) + keys, return_index=True)
        return np.isin(np.arange(len(keys)), first)
    number = np.cumsum(begins) - 1
    others = np.bincount(number, keys != dropped)[number]
    if transform.thinning is Thinning.DROP_ALL:
        return np.asarray((others == 0) | (keys != dropped))
    last = np.full(len(others), -1)
    np.maximum.at(last, number, np.where(keys != dropped, np.arange(len(keys)), -1))
    return np.asarray((others == 0) | (np.arange(len(keys)) <= last[number]))


def find_half_life(model: Model, assumption: Assumption | None) -> int:
    """Return the half-life of a time decay under an assumption."""
    if assumption and assumption.theme is Theme.HALF_LIFE:
        return int(assumption.amount)
    return parse_half_life(model.argument) if model.argument else HALF_LIFE


def _lost(scans: Places, assumption: Assumption | None) -> Any:
    return assumption.picks(Theme.TOUCH_LOSS, scans) if assumption else np.zeros(len(scans), np.bool_)


def _double(place: Places, scans: Places, assumption: Assumption | None) -> Places:
    if not assumption or assumption.theme is not Theme.DUPLICATES:
        return place
    return np.repeat(place, 1 + assumption.picks(Theme.DUPLICATES, scans[place]))
