"""What the keys of a level are called, in both languages where the name is ours and not the shop's."""

from collections.abc import Mapping

from o2o.analytics.people import OTHER_NAMES
from o2o.attribution.journeys import OTHER
from o2o.attribution.question import Level
from o2o.config import Language
from o2o.reports.sheets import Word
from o2o.subjects import CARRIER_NAMES


def name_keys(by: Level, names: Mapping[str, str]) -> dict[str, Word]:
    """Return what keys are called: for programs carriers by their key, all others by the name that the shop gave."""
    words = {key: Word(name, (name, name)) for key, name in names.items()}
    if by is Level.CARRIER:
        words |= {str(carrier): Word(str(carrier), name) for carrier, name in CARRIER_NAMES.items()}
    return words | {OTHER: Word(OTHER, (OTHER_NAMES[Language.ZH], OTHER_NAMES[Language.EN]))}


def say_name(by: Level, key: str, names: Mapping[str, str]) -> Word:
    """Return the name beside a key: for programs as the shop's language has it, none where there is none."""
    name = names.get(key, "")
    known = name_keys(by, names).get(key)
    return Word(name, known.said if name and known else (name, name))
