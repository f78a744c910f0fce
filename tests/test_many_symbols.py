"""Thousands of random texts: each symbol made by differences is the one that qrcode makes, and reads back.

``O2O_TEXTS=10000 pytest tests/test_many_symbols.py`` (``make symbols``) tries that many; the usual run fewer.
"""

import os
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from qrcode import util

from o2o.codes import bulk, symbols
from o2o.codes.segments import fit_version, group_by_layout
from o2o.codes.symbol import LEVELS
from tests.test_bulk import CAPITALS, DIGITS, make_by_qrcode, read

TEXTS = int(os.environ.get("O2O_TEXTS", "800"))
ALIKE, VARYING = 4, 12
KINDS = (DIGITS, CAPITALS[10:], "abcdefghijklmnopqrstuvwxyz?=&_~", "扫码领券店", "\0\x07\n\x7f", "éüñß", "🥚🍎🍞🧀")
"""Each of characters that take equally many bytes, so that a varied text is as long."""

OPTIMIZATIONS = (0, 1, 4, 13, 20)

versions: set[int] = set()


def make_texts(seed: int, level: int) -> list[str]:
    """Return texts that differ in a few characters: runs of some kinds that about fill a version, mostly small."""
    random = Random(seed)
    version = random.randint(1, 6) if random.random() < 0.8 else random.randint(7, 40)
    room = util.BIT_LIMIT_TABLE[level][version] // 8
    lengths = [random.randint(1, 1 + room // (1 + random.randrange(6))) for _ in range(random.randrange(5))]
    lengths += [2 * room] if random.random() < version / 40 else []  # cut down to what fits
    characters = [character for length in lengths for character in random.choices(random.choice(KINDS), k=length)]
    while largest_version("".join(characters).encode(), level) > version:
        del characters[-1 - len(characters) // 60 :]
    return [vary(characters, random) for _ in range(ALIKE)]


def vary(characters: list[str], random: Random) -> str:
    varied = list(characters)
    for place in random.sample(range(len(varied)), min(VARYING, len(varied))):
        varied[place] = random.choice(next(kind for kind in KINDS if varied[place] in kind))
    return "".join(varied)


def largest_version(text: bytes, level: int) -> int:
    """Return the version of a text in the splitting that takes the most room."""
    if not text:
        return 1
    rows = np.frombuffer(text, np.uint8).reshape(1, -1)
    return max(fit_version(group_by_layout(rows, run)[0][0], level) for run in OPTIMIZATIONS)


@pytest.fixture(autouse=True)
def _differences_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small families would be made by qrcode itself, and then be compared with themselves."""
    monkeypatch.setattr(bulk, "_pays", lambda family, rule: True)


@pytest.mark.parametrize("level", list(LEVELS))
@pytest.mark.parametrize("mask", ["best", *range(8)])
@settings(max_examples=-(-TEXTS // (36 * 3 * ALIKE)), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.integers(0, 2**48), min_size=3, max_size=3), st.sampled_from(OPTIMIZATIONS))
def test_symbols_of_random_texts_are_those_of_qrcode_and_read_back(
    level: str, mask: str | int, seeds: list[int], optimize: int
) -> None:
    texts = [text for seed in seeds for text in make_texts(seed, LEVELS[level])]
    Random(seeds[0]).shuffle(texts)
    made = symbols(texts, level=level, mask=mask, optimize=optimize)
    for text, symbol in zip(texts, made, strict=True):
        try:
            expected = make_by_qrcode(text, level, mask, optimize)
        except ValueError as error:  # on a block of zeros, which is made all the same
            assert "glog" in str(error)
        else:
            assert np.array_equal(symbol.matrix, expected)
        assert mask in ("best", symbol.mask)
        assert not text or read(symbol) == text
        versions.add(symbol.version)


def test_all_versions_were_among_ten_thousand() -> None:
    assert {1, 2, 3} <= versions
    assert TEXTS < 10_000 or versions == set(range(1, 41))
